/* SPDX-License-Identifier: MIT */
/* Counters of energy, which begin at 0 again. */
#include <meterwire/model.h>

#include "../core/obis_pattern.h"

#define ROLLOVERS_MOST 255
#define TOTAL          8 /* D of what adds up */

mw_obis mw_counter_rollovers(mw_obis counter)
{
    static const uint8_t counts[][2] = {
        {1, MW_OBIS_C_ROLLOVERS_ACTIVE_IMPORT},   {2, MW_OBIS_C_ROLLOVERS_ACTIVE_EXPORT},
        {3, MW_OBIS_C_ROLLOVERS_REACTIVE_IMPORT}, {4, MW_OBIS_C_ROLLOVERS_REACTIVE_EXPORT},
        {9, MW_OBIS_C_ROLLOVERS_APPARENT},
    };
    mw_obis id = {0, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counter.a == 1 && counter.d == TOTAL && counter.c == counts[i][0]) {
            id = counter;
            id.c = counts[i][1];
        }
    }
    return id;
}

/* A total that only grows, and that nobody resets. */
static bool counter_only_grows(mw_obis id)
{
    const uint8_t base = mw_obis_pattern(id.c).base;
    return id.a == 1 && ((base >= 1 && base <= 9) || base == 15 || base == MW_OBIS_C_REACTIVE_TOTAL);
}

/* A total that is a balance of both directions, and so grows and shrinks. */
static bool counter_is_balance(mw_obis id)
{
    const uint8_t base = mw_obis_pattern(id.c).base;
    return id.a == 1 && (base == 16 || base == MW_OBIS_C_REACTIVE_NET);
}

static bool counter_is_number(const mw_reading *reading)
{
    return reading->kind == MW_KIND_NUMBER && reading->quality == MW_QUALITY_GOOD;
}

/* The difference with a number of roll-overs that is known or not needed; `end` is where the counter begins at 0 again,
 * or 0 when that is not known. */
static mw_status counter_subtract(int64_t before, int64_t after, int rollovers, int64_t end, int64_t *n)
{
    if (before < 0 || after < 0 || (end > 0 && (before > end || after > end))) {
        return MW_ERR_RANGE;
    }
    if (rollovers == MW_ROLLOVERS_UNKNOWN) {
        rollovers = after < before ? 1 : 0;
    }
    if (rollovers == 0 && after < before) {
        return MW_ERR_RANGE;
    }
    if (rollovers > 0 && end == 0) {
        return MW_ERR_UNSUPPORTED;
    }
    if (rollovers > 0 && end > (INT64_MAX - after) / rollovers) {
        return MW_ERR_RANGE;
    }
    *n = after + rollovers * end - before;
    return MW_OK;
}

static mw_status counter_check(const mw_reading *before, const mw_reading *after, int rollovers)
{
    if (!mw_obis_equal(before->id, after->id) || before->unit != after->unit || before->id.d != TOTAL ||
        rollovers < MW_ROLLOVERS_UNKNOWN || rollovers > ROLLOVERS_MOST) {
        return MW_ERR_ARGUMENT;
    }
    return counter_is_number(before) && counter_is_number(after) ? MW_OK : MW_ERR_VALUE;
}

/* The difference of what may be negative, and has no end. */
static mw_status counter_subtract_balance(int64_t before, int64_t after, int rollovers, int64_t *n)
{
    if (rollovers > 0) {
        return MW_ERR_UNSUPPORTED;
    }
    if (before < 0 ? after > INT64_MAX + before : after < INT64_MIN + before) {
        return MW_ERR_RANGE;
    }
    *n = after - before;
    return MW_OK;
}

/* Where the counter begins at 0 again, 0 when that is not known or it may be reset. */
static mw_status counter_end(const mw_model *model, mw_obis id, int8_t exp10, int64_t *end)
{
    *end = 0;
    return counter_only_grows(id) && model->rollover_exp10 != 0
               ? mw_decimal_rescale(1, (int8_t)model->rollover_exp10, exp10, end)
               : MW_OK;
}

mw_status mw_counter_delta(const mw_model *model, const mw_reading *before, const mw_reading *after, int rollovers,
                           int64_t *n, int8_t *exp10)
{
    const int8_t exponent = (int8_t)(before->exp10 < after->exp10 ? before->exp10 : after->exp10);
    int64_t from;
    int64_t to;
    int64_t end;
    mw_status status = counter_check(before, after, rollovers);
    if (status != MW_OK) {
        return status;
    }
    if (mw_decimal_rescale(before->n, before->exp10, exponent, &from) != MW_OK ||
        mw_decimal_rescale(after->n, after->exp10, exponent, &to) != MW_OK ||
        counter_end(model, before->id, exponent, &end) != MW_OK) {
        return MW_ERR_RANGE;
    }
    status = counter_is_balance(before->id) ? counter_subtract_balance(from, to, rollovers, n)
                                            : counter_subtract(from, to, rollovers, end, n);
    if (status == MW_OK) {
        *exp10 = exponent;
    }
    return status;
}
