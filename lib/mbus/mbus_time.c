/* SPDX-License-Identifier: MIT */
/* Points in time: EN 13757-3:2018, data types F, G, I, J. They are the meter's own clock; no zone is known. */
#include <meterwire/mbus.h>

#include "../core/calendar.h"
#include "mbus_internal.h"

#define SECONDS_PER_DAY    86400
#define SECONDS_PER_HOUR   3600
#define SECONDS_PER_MINUTE 60

#define TIME_INVALID 0x80u /* of the minute */
#define TIME_SUMMER  0x80u /* of the hour, type F */
#define TIME_DST     0x40u /* of the second, type I */

typedef struct mbus_moment {
    mw_calendar date;
    unsigned hour;
    unsigned minute;
    unsigned second;
} mbus_moment;

static unsigned time_days_of_month(int32_t year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* Day and month with the year spread over both; `century` is the hundred-year bits, 0 for "by the year". */
static void time_date(const uint8_t day_month[2], unsigned century, mw_calendar *date)
{
    const int32_t year = day_month[0] >> 5 | (day_month[1] >> 4 << 3);
    date->day = day_month[0] & 0x1Fu;
    date->month = day_month[1] & 0x0Fu;
    if (century > 0) {
        date->year = 1900 + 100 * (int32_t)century + year;
    } else {
        date->year = (year <= 80 ? 2000 : 1900) + year;
    }
    if (year > 99) {
        date->month = 0; /* no year */
    }
}

static bool time_has_date(const mw_calendar *date)
{
    return date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= time_days_of_month(date->year, date->month);
}

static void time_set(mw_mbus_record *record, mw_kind kind, const mbus_moment *moment)
{
    const bool has_date = kind != MW_KIND_TIME;
    record->kind = (uint8_t)kind;
    if ((has_date && !time_has_date(&moment->date)) || moment->hour > 23 || moment->minute > 59 ||
        moment->second > 59) {
        if (record->quality == MW_QUALITY_GOOD) {
            record->quality = MW_QUALITY_INVALID;
        }
        return;
    }
    record->n = has_date ? (int64_t)mw_calendar_days(moment->date) * SECONDS_PER_DAY : 0;
    record->n += (int64_t)moment->hour * SECONDS_PER_HOUR + moment->minute * SECONDS_PER_MINUTE + moment->second;
}

void mw_mbus_time(mw_mbus_record *record, const uint8_t *data)
{
    mbus_moment moment = {{0, 0, 0}, 0, 0, 0};
    uint8_t b[6] = {0};
    const unsigned count = record->data_bytes;
    for (unsigned i = 0; i < count; i++) {
        b[i] = data[record->msb_first ? count - 1 - i : i];
    }
    switch (count) {
    case 2: /* type G */
        time_date(b, 0, &moment.date);
        time_set(record, MW_KIND_DATE, &moment);
        break;
    case 3: /* type J */
        moment.second = b[0] & 0x3Fu;
        moment.minute = b[1] & 0x3Fu;
        moment.hour = b[2] & 0x1Fu;
        time_set(record, MW_KIND_TIME, &moment);
        break;
    case 4: /* type F */
        time_date(b + 2, b[1] >> 5 & 3u, &moment.date);
        moment.minute = (b[0] & TIME_INVALID) != 0 ? 60 : b[0] & 0x3Fu;
        moment.hour = b[1] & 0x1Fu;
        record->summer_time = (b[1] & TIME_SUMMER) != 0;
        time_set(record, MW_KIND_DATETIME, &moment);
        break;
    default: /* type I, with years from 2000 on */
        time_date(b + 3, 1, &moment.date);
        moment.second = b[0] & 0x3Fu;
        moment.minute = (b[1] & TIME_INVALID) != 0 ? 60 : b[1] & 0x3Fu;
        moment.hour = b[2] & 0x1Fu;
        record->summer_time = (b[0] & TIME_DST) != 0;
        time_set(record, MW_KIND_DATETIME, &moment);
        break;
    }
}
