/* SPDX-License-Identifier: MIT */
/* The number that lib/core/decimal_shortest.c works on. */
#ifndef PROOF_SHORTEST_H
#define PROOF_SHORTEST_H

#include <stdint.h>

typedef struct shortest_value {
    uint64_t v;
    int exp2;
    int exp10;
} shortest_value;

#define IS_SINGLE(x)                                                                                                   \
    ((x)->v >= 1 && (x)->v < UINT64_C(1) << 24 && (x)->exp2 >= -149 && (x)->exp2 <= 104 && (x)->exp10 == 0)

/* 17 or 18 digits. */
#define ENSURES_scale(x)                                                                                               \
    ((x)->v >= UINT64_C(1) << 55 && (x)->v <= UINT64_C(1) << 60 && (x)->exp10 >= -65 && (x)->exp10 <= 40)

/* A part in 2^25, for a mantissa has 24 bits. */
#define IS_TOLERANCE(tolerance) ((tolerance) >= (UINT64_C(1) << 30) - 1024)

#define ENSURES_drop(x, before) ((x)->v < 2000000000 && (x)->exp10 >= (before) + 9 && (x)->exp10 <= (before) + 19)

#endif
