/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#define SINGLE_MANTISSA_BITS    23
#define SINGLE_HIDDEN_BIT       ((uint32_t)1 << SINGLE_MANTISSA_BITS)
/* The exponent field of a value whose 24 bit mantissa, taken as an integer, is the value itself. */
#define SINGLE_INTEGER_EXPONENT 150
/* Scaling to 60 bits errs by less than 2^-50 of the value; half of the distance to the next single is 2^-25. */
#define SHORTEST_BITS           60
#define SHORTEST_MARGIN         1024u

/* A value v * 2^exp2 * 10^exp10. */
typedef struct shortest_value {
    uint64_t v;
    int exp2;
    int exp10;
} shortest_value;

/* v / 2^shift, rounded. */
static uint64_t shortest_shift_right(uint64_t v, unsigned shift)
{
    return shift == 0 ? v : (v + ((uint64_t)1 << (shift - 1))) >> shift;
}

/* Trades powers of two for powers of ten, until exp2 is 0 and v is a number of 17 or 18 digits. */
static void shortest_scale(shortest_value *x)
{
    unsigned shift;
    while (x->v < (uint64_t)1 << (SHORTEST_BITS - 1)) {
        x->v <<= 1;
        x->exp2--;
    }
    while (x->exp2 > 0) {
        x->v = (x->v + 5) / 10;
        x->exp10++;
        shift = x->v < (uint64_t)1 << (SHORTEST_BITS - 4) ? 4 : 3;
        x->v <<= shift;
        x->exp2 -= (int)shift;
    }
    while (x->exp2 < -3) {
        x->v *= 10;
        x->exp10--;
        shift = x->v < (uint64_t)1 << (SHORTEST_BITS + 3) ? 3 : 4;
        x->v = shortest_shift_right(x->v, shift);
        x->exp2 += (int)shift;
    }
    x->v = shortest_shift_right(x->v, (unsigned)-x->exp2);
}

/* Whether the single is an integer below 2^24, which then replaces its mantissa. */
static bool shortest_is_integer(unsigned exponent, uint32_t *mantissa)
{
    const unsigned shift = SINGLE_INTEGER_EXPONENT - exponent;
    if (exponent > SINGLE_INTEGER_EXPONENT || shift > SINGLE_MANTISSA_BITS ||
        (*mantissa & (((uint32_t)1 << shift) - 1)) != 0) {
        return false;
    }
    *mantissa >>= shift;
    return true;
}

/* The last digits go as long as what is left is no further away than half the distance to the next single, which is
 * far less than the way to 0. */
static void shortest_drop(shortest_value *x, uint64_t tolerance)
{
    const uint64_t all = x->v;
    uint64_t power = 10;
    uint64_t kept = (all + 5) / 10;
    while ((kept * power > all ? kept * power - all : all - kept * power) <= tolerance) {
        x->v = kept;
        x->exp10++;
        power *= 10;
        kept = (all + power / 2) / power;
    }
}

mw_status mw_decimal_shortest_f32(uint32_t bits, int64_t *n, int8_t *exp10)
{
    const unsigned exponent = bits >> SINGLE_MANTISSA_BITS & 0xFFu;
    uint32_t mantissa = bits & (SINGLE_HIDDEN_BIT - 1);
    shortest_value x = {0, 0, 0};
    if (exponent == 0xFF) {
        return MW_ERR_VALUE;
    }
    if (exponent > 0) {
        mantissa |= SINGLE_HIDDEN_BIT;
    }
    if (mantissa == 0 || shortest_is_integer(exponent, &mantissa)) {
        x.v = mantissa;
    } else {
        /* A power of two has its lower neighbour at half the distance, but for the smallest that has a hidden bit. */
        const uint32_t parts = mantissa == SINGLE_HIDDEN_BIT && exponent > 1 ? 4 : 2;
        x.v = mantissa;
        x.exp2 = (int)(exponent > 0 ? exponent : 1) - SINGLE_INTEGER_EXPONENT;
        shortest_scale(&x);
        shortest_drop(&x, x.v / (parts * (uint64_t)mantissa) - SHORTEST_MARGIN);
    }
    *n = bits >> 31 != 0 ? -(int64_t)x.v : (int64_t)x.v;
    *exp10 = (int8_t)x.exp10;
    return MW_OK;
}
