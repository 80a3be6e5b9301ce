/* SPDX-License-Identifier: MIT */
/* Frames and records of M-Bus as people and programs like to see them. Where only the frame of a telegram could be
 * decoded, the telegram has that frame, and 0 everywhere else. */
#ifndef SHOW_MBUS_H
#define SHOW_MBUS_H

#include <cjson/cJSON.h>

#include <meterwire/mbus.h>

/* Room for the data of any frame in hexadecimal, with a NUL. */
#define SHOW_MBUS_HEX_SIZE   512
/* Records that are wrong in one frame: each of them has more than 12 bytes. */
#define SHOW_MBUS_ERRORS_MAX 20

/* Bytes as lower-case hexadecimal digits; what does not fit is left out. */
const char *show_mbus_hex(const uint8_t *bytes, size_t count, char out[SHOW_MBUS_HEX_SIZE]);

/* Whether nothing at all is known of a value ("unknown"), rather than that it must not be used ("invalid"). */
bool show_mbus_is_unknown(const mw_mbus_record *record);

/* The telegram as one JSON object, which the caller deletes. */
cJSON *show_mbus_json(const mw_mbus_telegram *telegram);

/* The telegram as a head and a table on the standard output. */
void show_mbus_print(const mw_mbus_telegram *telegram);

/* The records that cannot be taken apart; how many they are. Offsets count from the beginning of the frame. */
size_t show_mbus_errors(const mw_mbus_telegram *telegram, mw_mbus_error errors[SHOW_MBUS_ERRORS_MAX]);

/* One error: as a JSON object on the standard output, or for people on the error output. */
void show_mbus_print_error(uint8_t fault, size_t offset, bool json);

#endif
