/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#define F32_MANTISSA_BITS    23
#define F32_HIDDEN_BIT       ((uint32_t)1 << F32_MANTISSA_BITS)
#define F32_SIGN_BIT         ((uint32_t)1 << 31)
/* The exponent field of a value whose 24 bit mantissa, taken as an integer, is the value itself. */
#define F32_INTEGER_EXPONENT 150

static uint64_t f32_power_of_ten(unsigned exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0) {
        power *= 10;
    }
    return power;
}

/* v / 2^shift, half to even; v is below 2^54, shift at least 1. */
static uint64_t f32_shift_right(uint64_t v, unsigned shift)
{
    uint64_t halves;
    if (shift > 55) {
        return 0;
    }
    halves = v >> (shift - 1);
    /* Up from a half that is not all, or stands behind an odd number. */
    return (halves >> 1) + ((halves & 1) != 0 && ((halves & 2) != 0 || halves << (shift - 1) != v) ? 1 : 0);
}

mw_status mw_decimal_from_f32(uint32_t bits, unsigned decimals, int64_t *n)
{
    const unsigned exponent = (bits >> F32_MANTISSA_BITS) & 0xFF;
    uint32_t mantissa = bits & (F32_HIDDEN_BIT - 1);
    uint32_t power = 1;
    int shift = (int)exponent - F32_INTEGER_EXPONENT;
    uint64_t v;
    if (decimals > 9) {
        return MW_ERR_ARGUMENT;
    }
    if (exponent == 0xFF) {
        return MW_ERR_VALUE;
    }
    if (exponent == 0) {
        shift++;
    } else {
        mantissa |= F32_HIDDEN_BIT;
    }
    while (decimals-- > 0) {
        power *= 10;
    }
    v = (uint64_t)mantissa * power;
    if (shift < 0) {
        v = f32_shift_right(v, (unsigned)-shift);
    } else {
        for (; shift > 0; shift--) {
            if (v > INT64_MAX / 2) {
                return MW_ERR_RANGE;
            }
            v *= 2;
        }
    }
    *n = (bits & F32_SIGN_BIT) != 0 ? -(int64_t)v : (int64_t)v;
    return MW_OK;
}

/* The 24 bits of quotient + rest / divisor, rounded half to even, as mantissa * 2^exponent; the value is not 0. */
static uint32_t f32_round(uint64_t quotient, uint64_t rest, uint64_t divisor, int *exponent)
{
    bool up;
    if (quotient >= F32_HIDDEN_BIT * 2) {
        unsigned shift = 0;
        uint64_t lost;
        uint64_t half;
        while ((quotient >> shift) >= F32_HIDDEN_BIT * 2) {
            shift++;
        }
        half = (uint64_t)1 << (shift - 1);
        lost = quotient & (half * 2 - 1);
        quotient >>= shift;
        *exponent = (int)shift;
        up = lost > half || (lost == half && (rest != 0 || (quotient & 1) != 0));
    } else {
        *exponent = 0;
        while (quotient < F32_HIDDEN_BIT) {
            rest *= 2;
            quotient *= 2;
            if (rest >= divisor) {
                rest -= divisor;
                quotient++;
            }
            --*exponent;
        }
        rest *= 2;
        up = rest > divisor || (rest == divisor && (quotient & 1) != 0);
    }
    return (uint32_t)quotient + (up ? 1 : 0);
}

mw_status mw_decimal_to_f32(int64_t n, int8_t exp10, uint32_t *bits)
{
    uint64_t magnitude = n < 0 ? 0u - (uint64_t)n : (uint64_t)n;
    uint64_t divisor = 1;
    int exponent = 0;
    uint32_t mantissa;
    if (n == 0) {
        *bits = 0;
        return MW_OK;
    }
    if (exp10 < -18 || exp10 > 18) {
        return MW_ERR_RANGE;
    }
    if (exp10 < 0) {
        divisor = f32_power_of_ten((unsigned)-exp10);
    } else {
        const uint64_t factor = f32_power_of_ten((unsigned)exp10);
        if (magnitude > UINT64_MAX / factor) {
            return MW_ERR_RANGE;
        }
        magnitude *= factor;
    }
    mantissa = f32_round(magnitude / divisor, magnitude % divisor, divisor, &exponent);
    /* Adding, not or-ing, the mantissa carries a rounded-up 2^24 into the exponent. */
    *bits =
        (n < 0 ? F32_SIGN_BIT : 0) + ((uint32_t)(exponent + F32_INTEGER_EXPONENT - 1) << F32_MANTISSA_BITS) + mantissa;
    return MW_OK;
}
