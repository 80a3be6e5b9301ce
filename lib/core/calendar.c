/* SPDX-License-Identifier: MIT */
#include "calendar.h"

/* Years that begin in March put the leap day last, so that the months before it have a fixed pattern. */
#define DAYS_PER_400_YEARS           146097
#define DAYS_FROM_0000_03_01_TO_1970 719468

int32_t mw_calendar_days(mw_calendar date)
{
    const int32_t year = date.month > 2 ? date.year : date.year - 1;
    const int32_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + date.day - 1 -
           DAYS_FROM_0000_03_01_TO_1970;
}

mw_calendar mw_calendar_date(int32_t days)
{
    mw_calendar date;
    int32_t cycle;
    int32_t month;
    days += DAYS_FROM_0000_03_01_TO_1970;
    cycle = days / DAYS_PER_400_YEARS;
    days %= DAYS_PER_400_YEARS;
    date.year = (days - days / 1460 + days / 36524 - days / (DAYS_PER_400_YEARS - 1)) / 365;
    days -= date.year * 365 + date.year / 4 - date.year / 100;
    month = (days * 5 + 2) / 153;
    date.day = (uint8_t)(days - (month * 153 + 2) / 5 + 1);
    date.month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    date.year += cycle * 400 + (month < 10 ? 0 : 1);
    return date;
}
