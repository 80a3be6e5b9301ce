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

static void shortest_normalize(shortest_value *x)
{
    while (x->v < (uint64_t)1 << (SHORTEST_BITS - 1)) {
        x->v <<= 1;
        x->exp2--;
    }
    while (x->v >= (uint64_t)1 << SHORTEST_BITS) {
        x->v = (x->v + 1) >> 1;
        x->exp2++;
    }
}

/* Trades powers of two for powers of ten, until exp2 is -3 to 0 and v is a number of 17 or 18 digits. */
static void shortest_scale(shortest_value *x)
{
    shortest_normalize(x);
    while (x->exp2 > 0) {
        x->v = (x->v + 5) / 10;
        x->exp10++;
        shortest_normalize(x);
    }
    while (x->exp2 < -3) {
        x->v *= 10;
        x->exp10--;
        shortest_normalize(x);
    }
    while (x->exp2 < 0) {
        x->v = (x->v + 1) >> 1;
        x->exp2++;
    }
}

/* The last digits go as long as what is left is no further away than half the distance to the next single. */
static void shortest_drop(shortest_value *x, uint64_t tolerance)
{
    uint64_t power = 1;
    uint64_t kept = x->v;
    unsigned digits = 0;
    while (power <= x->v / 10) {
        const uint64_t next = power * 10;
        const uint64_t quotient = (x->v + next / 2) / next;
        const uint64_t nearest = quotient * next;
        if ((nearest > x->v ? nearest - x->v : x->v - nearest) > tolerance) {
            break;
        }
        power = next;
        kept = quotient;
        digits++;
    }
    x->v = kept;
    x->exp10 += (int)digits;
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
    if (mantissa > 0) {
        /* A power of two has its lower neighbour at half the distance. */
        const uint32_t parts = mantissa == SINGLE_HIDDEN_BIT ? 4 : 2;
        x.v = mantissa;
        x.exp2 = (int)(exponent > 0 ? exponent : 1) - SINGLE_INTEGER_EXPONENT;
        shortest_scale(&x);
        shortest_drop(&x, x.v / (parts * (uint64_t)mantissa) - SHORTEST_MARGIN);
    }
    *n = bits >> 31 != 0 ? -(int64_t)x.v : (int64_t)x.v;
    *exp10 = (int8_t)x.exp10;
    return MW_OK;
}
