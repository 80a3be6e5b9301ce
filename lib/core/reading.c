/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#include "calendar.h"
#include "text.h"

#define SECONDS_PER_DAY 86400
/* The years 0001 to 9999. */
#define FIRST_SECOND    (-62135596800)
#define LAST_SECOND     253402300799

static void reading_date(mw_text_draft *draft, int32_t days)
{
    const mw_calendar date = mw_calendar_date(days);
    mw_text_unsigned(draft, (uint64_t)date.year, 4);
    mw_text_char(draft, '-');
    mw_text_unsigned(draft, date.month, 2);
    mw_text_char(draft, '-');
    mw_text_unsigned(draft, date.day, 2);
}

static void reading_time(mw_text_draft *draft, uint32_t second)
{
    mw_text_unsigned(draft, second / 3600, 2);
    mw_text_char(draft, ':');
    mw_text_unsigned(draft, second / 60 % 60, 2);
    mw_text_char(draft, ':');
    mw_text_unsigned(draft, second % 60, 2);
}

static void reading_point_in_time(mw_text_draft *draft, const mw_reading *reading)
{
    const bool time_of_day = reading->kind == MW_KIND_TIME;
    int32_t days;
    uint32_t second;
    if (reading->n < (time_of_day ? 0 : FIRST_SECOND) ||
        reading->n > (time_of_day ? SECONDS_PER_DAY - 1 : LAST_SECOND)) {
        mw_text_char(draft, '?');
        return;
    }
    /* From the first day on nothing is negative, so that division rounds down. */
    second = (uint32_t)((reading->n - FIRST_SECOND) % SECONDS_PER_DAY);
    days = (int32_t)((reading->n - (int32_t)second) / SECONDS_PER_DAY);
    if (!time_of_day) {
        reading_date(draft, days);
    }
    if (reading->kind == MW_KIND_DATETIME) {
        mw_text_char(draft, 'T');
    }
    if (reading->kind != MW_KIND_DATE) {
        reading_time(draft, second);
    }
}

size_t mw_reading_text(const mw_reading *reading, char *out, size_t size)
{
    mw_text_draft draft;
    draft.length = 0;
    switch (reading->kind) {
    case MW_KIND_TEXT:
        for (size_t i = 0; i < sizeof reading->text && reading->text[i] != '\0'; i++) {
            mw_text_char(&draft, reading->text[i]);
        }
        break;
    case MW_KIND_BITS:
        mw_text_string(&draft, "0x");
        mw_text_hex(&draft, (uint64_t)reading->n, (uint64_t)reading->n > 0xFFFF ? 8 : 4);
        break;
    case MW_KIND_DATE:
    case MW_KIND_TIME:
    case MW_KIND_DATETIME:
        reading_point_in_time(&draft, reading);
        break;
    case MW_KIND_DATA:
    case MW_KIND_NONE:
        break;
    default:
        return mw_decimal_text(reading->n, reading->exp10, out, size);
    }
    return mw_text_finish(&draft, out, size);
}

const char *mw_quality_text(uint8_t quality)
{
    switch (quality) {
    case MW_QUALITY_GOOD:
        return "good";
    case MW_QUALITY_NOT_READ:
        return "not_read";
    case MW_QUALITY_NOT_AVAILABLE:
        return "not_available";
    case MW_QUALITY_INVALID:
        return "invalid";
    case MW_QUALITY_OVERFLOW:
        return "overflow";
    case MW_QUALITY_UNCERTAIN:
        return "uncertain";
    case MW_QUALITY_TRUNCATED:
        return "truncated";
    default:
        return "unknown";
    }
}
