/* SPDX-License-Identifier: MIT */
/* What the parts of the M-Bus codecs tell each other. */
#ifndef MW_MBUS_INTERNAL_H
#define MW_MBUS_INTERNAL_H

#include <meterwire/mbus.h>

#define MW_MBUS_E5          0xE5u
#define MW_MBUS_START_SHORT 0x10u
#define MW_MBUS_START_LONG  0x68u
#define MW_MBUS_STOP        0x16u
#define MW_MBUS_EXTENSION   0x80u /* bit of DIF, DIFE, VIF and VIFE: another one follows */

/* Fills in the error, if the caller wants it; gives the status. */
mw_status mw_mbus_fail(mw_mbus_error *error, mw_mbus_fault fault, size_t offset, mw_status status);

/* Sum of the bytes modulo 256. */
uint8_t mw_mbus_checksum(const uint8_t *bytes, size_t count);

/* A number of up to 8 bytes, unsigned. */
uint64_t mw_mbus_unsigned(const uint8_t *bytes, size_t count, bool msb_first);

/* Takes DIB and VIB of a record apart: dib_bytes, vib_bytes, exp10, unit, quantity and, as far as they tell it, kind.
 */
mw_status mw_mbus_head(const uint8_t *head, size_t head_bytes, mw_mbus_record *record);

#endif
