/* SPDX-License-Identifier: MIT */
/* Readings and rows as people like to see them. */
#ifndef SHOW_H
#define SHOW_H

#include <meterwire/meterwire.h>

#define SHOW_SIZE 96

struct cJSON;

/* The name of a code, or the code itself where it has none. */
const char *show_name(mw_obis id, char out[SHOW_SIZE]);
/* A value in the unit of a meter's display, without trailing zeros; the reason where there is none. The model
 * may be null. */
const char *show_value(const mw_model *model, const mw_reading *reading, char out[SHOW_SIZE]);
/* A good value in that unit with all its digits, of a constant width behind the point. */
const char *show_number(const mw_reading *reading, char out[SHOW_SIZE]);
/* That unit: kWh, kW, V ... */
const char *show_unit(const mw_reading *reading);
/* The unit in which a row counts, such as "kWh" or "10 Wh". */
const char *show_row_unit(const mw_row *row, char out[SHOW_SIZE]);
/* Type and size of a row, such as "f32". */
const char *show_row_type(const mw_row *row, char out[SHOW_SIZE]);
/* The exact value of a reading, null where there is none. */
struct cJSON *show_json_value(const mw_reading *reading);
/* A reading with its exact value; its source is a register, or a record of M-Bus. */
struct cJSON *show_json_reading(const mw_reading *reading, bool mbus);

#endif
