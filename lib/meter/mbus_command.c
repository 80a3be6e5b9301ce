/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus_master.h>

#include "../core/calendar.h"

#define COMMAND_DAY_S        86400u
#define COMMAND_DAYS_TO_2000 10957u /* from 1970 */

static mw_status command_encode(uint8_t address, uint8_t ci, const uint8_t *data, size_t count, uint8_t *frame,
                                size_t *length)
{
    mw_mbus_draft draft;
    mw_mbus_begin(&draft, frame, MW_MBUS_COMMAND_SIZE, MW_MBUS_SND_UD, address, ci);
    mw_mbus_put_bytes(&draft, data, count);
    return mw_mbus_finish(&draft, length);
}

mw_status mw_mbus_encode_address(uint8_t address, uint8_t wanted, uint8_t frame[MW_MBUS_COMMAND_SIZE], size_t *length)
{
    const uint8_t data[] = {0x01, 0x7A, wanted};
    /* All meters at one address would not be told apart again. */
    if (wanted > MW_MBUS_ADDRESS_MAX || address == MW_MBUS_ADDRESS_SILENT) {
        return MW_ERR_ARGUMENT;
    }
    return command_encode(address, MW_MBUS_CI_DATA, data, sizeof data, frame, length);
}

mw_status mw_mbus_encode_id(uint8_t address, uint32_t id, uint8_t frame[MW_MBUS_COMMAND_SIZE], size_t *length)
{
    uint8_t data[6] = {0x0C, 0x79};
    for (unsigned i = 0; i < 8; i++) {
        const unsigned digit = id >> (4 * i) & 0xFu;
        if (digit > 9) {
            return MW_ERR_ARGUMENT;
        }
        data[2 + i / 2] = (uint8_t)(data[2 + i / 2] | digit << (4 * (i % 2)));
    }
    return command_encode(address, MW_MBUS_CI_DATA, data, sizeof data, frame, length);
}

/* Day, month and year, as types F, G and I have them: the year is split around day and month. */
static void command_put_date(uint8_t *bytes, mw_calendar date)
{
    const unsigned year = (unsigned)(date.year - 2000);
    bytes[0] = (uint8_t)(date.day | (year & 0x07u) << 5);
    bytes[1] = (uint8_t)(date.month | (year & 0x78u) << 1);
}

mw_status mw_mbus_encode_clock(uint8_t address, int64_t seconds, bool with_seconds, uint8_t frame[MW_MBUS_COMMAND_SIZE],
                               size_t *length)
{
    /* 2000-01-01, and 2100-01-01 or 2081-01-01. Type F has two digits of the year only, 81 to 99 are 19xx. */
    const int64_t first = INT64_C(946684800);
    const int64_t behind = with_seconds ? INT64_C(4102444800) : INT64_C(3502915200);
    uint8_t data[8] = {0x04, 0x6D};
    mw_calendar date;
    uint32_t days;
    uint32_t second;
    if (seconds < first || seconds >= behind) {
        return MW_ERR_RANGE;
    }
    second = (uint32_t)(seconds - first);
    days = second / COMMAND_DAY_S;
    second %= COMMAND_DAY_S;
    date = mw_calendar_date((int32_t)(days + COMMAND_DAYS_TO_2000));
    if (!with_seconds) {
        data[2] = (uint8_t)(second / 60 % 60);
        data[3] = (uint8_t)(second / 3600);
        command_put_date(data + 4, date);
        return command_encode(address, MW_MBUS_CI_DATA, data, 6, frame, length);
    }
    data[0] = 0x06;
    data[2] = (uint8_t)(second % 60 | ((unsigned)date.year % 4 == 0 ? 0x80u : 0u)); /* leap year; 2000 is one */
    data[3] = (uint8_t)(second / 60 % 60);
    data[4] = (uint8_t)(second / 3600 | ((days + 5) % 7 + 1) << 5); /* 2000-01-01 was a Saturday, 6 */
    command_put_date(data + 5, date);
    return command_encode(address, MW_MBUS_CI_DATA, data, 8, frame, length); /* the week is not told */
}

mw_status mw_mbus_encode_application(uint8_t address, int sub_code, uint8_t frame[MW_MBUS_COMMAND_SIZE], size_t *length)
{
    const uint8_t data[] = {(uint8_t)sub_code};
    if (sub_code > 0xFF) {
        return MW_ERR_ARGUMENT;
    }
    return command_encode(address, MW_MBUS_CI_APPLICATION, data, sub_code < 0 ? 0 : 1, frame, length);
}
