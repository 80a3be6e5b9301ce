/* SPDX-License-Identifier: MIT */
/* Settings and their values as people write and read them: in words, and in the unit of a meter's display. */
#ifndef SETTING_TEXT_H
#define SETTING_TEXT_H

#include "nearest.h"
#include "show.h"

#define SETTING_TEXT_SIZE 512

/* A value that was read. */
const char *setting_reading_text(const mw_setting *setting, const mw_reading *reading, char out[SHOW_SIZE]);
/* A value of the setting. */
const char *setting_value_text(const mw_setting *setting, int64_t n, char out[SHOW_SIZE]);
/* The values it may have: a list, or a range. */
const char *setting_allowed_text(const mw_setting *setting, char out[SETTING_TEXT_SIZE]);
/* What else is to be known before it is written, separated by semicolons. */
const char *setting_remarks_text(const mw_setting *setting, char out[SETTING_TEXT_SIZE]);
/* Whether a value cannot be undone, and why: null when it can. */
const char *setting_irreversible(const mw_setting *setting, int64_t n);

/* Understands a value: a name of a choice or its number; a number in the unit of the display, or with a unit behind it;
 * a ratio as "250/5"; a time as "2026-11-28T10:17:54", or "now"; eight digits. False when it is none. Whether the
 * setting allows it is another question. */
bool setting_parse(const mw_setting *setting, const char *text, int64_t *n);
/* Offers the names of the choices, where they are words. */
void setting_offer(const mw_setting *setting, nearest *near);

/* Kind, unit and allowed values of a setting as data. */
void setting_json(const mw_setting *setting, struct cJSON *object);
/* A value of it, exact. */
struct cJSON *setting_json_value(const mw_setting *setting, int64_t n);

#endif
