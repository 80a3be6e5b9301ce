/* SPDX-License-Identifier: MIT */
#include "modbus_internal.h"

#define RTU_END_AROUND 3 /* bytes around a PDU */

mw_status mw_modbus_find_end(const uint8_t *bytes, size_t count, size_t least, size_t *length)
{
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < count && i < MW_MODBUS_RTU_MAX; i++) {
        crc = mw_modbus_crc_step(crc, bytes[i]);
        if (crc == 0 && i + 1 >= least + RTU_END_AROUND) { /* a CRC over its own CRC is 0 */
            *length = i + 1;
            return MW_OK;
        }
    }
    return count < MW_MODBUS_RTU_MAX ? MW_AGAIN : MW_ERR_CHECK;
}
