/* SPDX-License-Identifier: MIT */
/* Receivers of ASCII that can be. */
#ifndef PROOF_ASCII_H
#define PROOF_ASCII_H

#include <meterwire/modbus.h>

/* A frame that is too long is left behind. */
static inline bool is_ascii(const mw_modbus_ascii *ascii)
{
    return ascii->state <= 3 && ascii->count <= 256 && (mw_modbus_ascii_idle(ascii) || ascii->count <= 255) &&
           (ascii->digit <= 15);
}

#endif
