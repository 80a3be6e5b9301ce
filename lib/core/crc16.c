/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

/* MW_CRC16_TABLE chooses between size and speed; it is the build option METERWIRE_CRC16.
 *   16    32 bytes of table, half a byte a step: for small targets
 *   256   512 bytes of table, a byte a step
 *   1024  2048 bytes of table, four bytes a step ("slicing by 4") */
#ifndef MW_CRC16_TABLE
#define MW_CRC16_TABLE 256
#endif

/* Entry i of a table is the CRC register i after so many more bits. That is linear in the bits of i, so an entry is
 * the exclusive or of the entries of the single bits, and eight constants are the whole table. */
#define CRC_BIT(i, bit, entry) (((unsigned)(i) >> (bit)&1u) * (entry##u))
#define CRC_ROW4(of, i)        of(i), of((i) + 1), of((i) + 2), of((i) + 3)
#define CRC_ROW16(of, i)       CRC_ROW4(of, i), CRC_ROW4(of, (i) + 4), CRC_ROW4(of, (i) + 8), CRC_ROW4(of, (i) + 12)
#define CRC_ROW64(of, i)       CRC_ROW16(of, i), CRC_ROW16(of, (i) + 16), CRC_ROW16(of, (i) + 32), CRC_ROW16(of, (i) + 48)
#define CRC_TABLE256(of)       CRC_ROW64(of, 0), CRC_ROW64(of, 64), CRC_ROW64(of, 128), CRC_ROW64(of, 192)

#define CRC_AFTER_4_BITS(i)                                                                                            \
    (uint16_t)(CRC_BIT(i, 0, 0xCC01) ^ CRC_BIT(i, 1, 0xD801) ^ CRC_BIT(i, 2, 0xF001) ^ CRC_BIT(i, 3, 0xA001))
#define CRC_AFTER_1_BYTE(i)                                                                                            \
    (uint16_t)(CRC_BIT(i, 0, 0xC0C1) ^ CRC_BIT(i, 1, 0xC181) ^ CRC_BIT(i, 2, 0xC301) ^ CRC_BIT(i, 3, 0xC601) ^         \
               CRC_BIT(i, 4, 0xCC01) ^ CRC_BIT(i, 5, 0xD801) ^ CRC_BIT(i, 6, 0xF001) ^ CRC_BIT(i, 7, 0xA001))
#define CRC_AFTER_2_BYTES(i)                                                                                           \
    (uint16_t)(CRC_BIT(i, 0, 0x9001) ^ CRC_BIT(i, 1, 0x6001) ^ CRC_BIT(i, 2, 0xC002) ^ CRC_BIT(i, 3, 0xC007) ^         \
               CRC_BIT(i, 4, 0xC00D) ^ CRC_BIT(i, 5, 0xC019) ^ CRC_BIT(i, 6, 0xC031) ^ CRC_BIT(i, 7, 0xC061))
#define CRC_AFTER_3_BYTES(i)                                                                                           \
    (uint16_t)(CRC_BIT(i, 0, 0xC051) ^ CRC_BIT(i, 1, 0xC0A1) ^ CRC_BIT(i, 2, 0xC141) ^ CRC_BIT(i, 3, 0xC281) ^         \
               CRC_BIT(i, 4, 0xC501) ^ CRC_BIT(i, 5, 0xCA01) ^ CRC_BIT(i, 6, 0xD401) ^ CRC_BIT(i, 7, 0xE801))
#define CRC_AFTER_4_BYTES(i)                                                                                           \
    (uint16_t)(CRC_BIT(i, 0, 0xFC01) ^ CRC_BIT(i, 1, 0xB801) ^ CRC_BIT(i, 2, 0x3001) ^ CRC_BIT(i, 3, 0x6002) ^         \
               CRC_BIT(i, 4, 0xC004) ^ CRC_BIT(i, 5, 0xC00B) ^ CRC_BIT(i, 6, 0xC015) ^ CRC_BIT(i, 7, 0xC029))

#if MW_CRC16_TABLE == 16

static const uint16_t crc16_table[16] = {CRC_ROW16(CRC_AFTER_4_BITS, 0)};

uint16_t mw_crc16(const uint8_t *bytes, size_t count)
{
    unsigned crc = 0xFFFF;
    while (count-- > 0) {
        crc ^= *bytes++;
        crc = crc >> 4 ^ crc16_table[crc & 15];
        crc = crc >> 4 ^ crc16_table[crc & 15];
    }
    return (uint16_t)crc;
}

#elif MW_CRC16_TABLE == 256

static const uint16_t crc16_table[256] = {CRC_TABLE256(CRC_AFTER_1_BYTE)};

uint16_t mw_crc16(const uint8_t *bytes, size_t count)
{
    unsigned crc = 0xFFFF;
    /* Two bytes a round cost 7.5 instructions a byte on x86-64, one byte a round 9. */
    for (; count >= 2; count -= 2, bytes += 2) {
        crc = crc >> 8 ^ crc16_table[(crc ^ bytes[0]) & 0xFF];
        crc = crc >> 8 ^ crc16_table[(crc ^ bytes[1]) & 0xFF];
    }
    return (uint16_t)(count > 0 ? crc >> 8 ^ crc16_table[(crc ^ bytes[0]) & 0xFF] : crc);
}

#elif MW_CRC16_TABLE == 1024

static const uint16_t crc16_table[4][256] = {{CRC_TABLE256(CRC_AFTER_1_BYTE)},
                                             {CRC_TABLE256(CRC_AFTER_2_BYTES)},
                                             {CRC_TABLE256(CRC_AFTER_3_BYTES)},
                                             {CRC_TABLE256(CRC_AFTER_4_BYTES)}};

uint16_t mw_crc16(const uint8_t *bytes, size_t count)
{
    unsigned crc = 0xFFFF;
    for (; count >= 4; count -= 4, bytes += 4) {
        crc = crc16_table[3][(crc ^ bytes[0]) & 0xFF] ^ crc16_table[2][(crc >> 8 ^ bytes[1]) & 0xFF] ^
              crc16_table[1][bytes[2]] ^ (unsigned)crc16_table[0][bytes[3]];
    }
    while (count-- > 0) {
        crc = crc >> 8 ^ crc16_table[0][(crc ^ *bytes++) & 0xFF];
    }
    return (uint16_t)crc;
}

#else
#error "MW_CRC16_TABLE must be 16, 256 or 1024"
#endif
