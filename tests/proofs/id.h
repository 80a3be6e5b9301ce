/* SPDX-License-Identifier: MIT */
/* Of a walk through the objects of an identification. Where one begins may be behind what came so far. */
#ifndef PROOF_ID_H
#define PROOF_ID_H

#define REQUIRES_id_behind(count, at) ((count) >= 1 && (at) >= 7 && (at) <= MW_MODBUS_PDU_MAX)
#define ENSURES_id_behind(behind, count, at)                                                                           \
    ((behind) == 0 || ((at) + 1 < (count) && (behind) >= (at) + 2 && (behind) <= (at) + 2 + 255))

#endif
