/* SPDX-License-Identifier: MIT */
/* A firmware that reads registers over TCP (function 3) in a superloop: encoder, link, register access. */
#define FRAMING      MW_MODBUS_TCP
#define FRAMER       mw_framer_tcp
#define BUFFER_BYTES MW_MODBUS_FRAME_MAX
#define CHAR_US      0
#include "read_client.h"
