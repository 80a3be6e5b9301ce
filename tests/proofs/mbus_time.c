/* SPDX-License-Identifier: MIT */
/* Proves: points in time of types F, G, I, J: a time that can be, or none
 * Bound: every bit pattern, both orders of bytes
 * Unwind: 7
 */
#include "mbus.h"
#include "proof.h"

void proof(void)
{
    mw_mbus_record record = any_record();
    const int64_t day = 86400;
    ASSUME(is_time(&record) && record.quality == MW_QUALITY_GOOD);
    record.n = 0;
    mw_mbus_time(&record, record.bytes + record.length - record.data_bytes);
    PROVE(record.n >= -26000 * day && record.n < 121000 * day, "years 1900 to 2299");
    PROVE(record.kind != MW_KIND_TIME || (record.n >= 0 && record.n < day), "a time of day");
}
