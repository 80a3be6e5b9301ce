/* SPDX-License-Identifier: MIT */
/* A firmware that reads registers over RTU (function 3) in a superloop: encoder, link, register access. */
#define FRAMING      MW_MODBUS_RTU
#define FRAMER       mw_framer_rtu_registers
#define BUFFER_BYTES MW_MODBUS_RTU_MAX
#define CHAR_US      MW_LINK_CHAR_US(9600)
#include "read_client.h"
