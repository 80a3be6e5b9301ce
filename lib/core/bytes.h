/* SPDX-License-Identifier: MIT */
/* Byte order by shifts: correct on every machine, one instruction where there is one, no alignment needed. */
#ifndef MW_BYTES_H
#define MW_BYTES_H

#include <stdint.h>

static inline uint16_t mw_get_be16(const uint8_t *p)
{
    return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

static inline uint32_t mw_get_be32(const uint8_t *p)
{
    return (uint32_t)mw_get_be16(p) << 16 | mw_get_be16(p + 2);
}

static inline void mw_put_be16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static inline void mw_put_be32(uint8_t *p, uint32_t v)
{
    mw_put_be16(p, (uint16_t)(v >> 16));
    mw_put_be16(p + 2, (uint16_t)v);
}

#endif
