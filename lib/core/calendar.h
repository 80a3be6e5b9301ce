/* SPDX-License-Identifier: MIT */
/* Gregorian calendar without time zones. */
#ifndef MW_CALENDAR_H
#define MW_CALENDAR_H

#include <stdint.h>

typedef struct mw_calendar {
    int32_t year;
    uint8_t month; /* 1 to 12 */
    uint8_t day;   /* 1 to 31 */
} mw_calendar;

/* Days since 1970-01-01; the date must exist, from the year 1 on. */
int32_t mw_calendar_days(mw_calendar date);
/* The date that many days after 1970-01-01, from the year 1 on. */
mw_calendar mw_calendar_date(int32_t days);

#endif
