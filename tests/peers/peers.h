/* SPDX-License-Identifier: MIT */
/* The registers and bits that every server has when it is tested against a client: tests/tool/test_modbus_peers.py. */
#ifndef PEERS_H
#define PEERS_H

#include <stdbool.h>

#define PEER_REGISTERS 300u  /* of both kinds, from 0 on */
#define PEER_BITS      2000u /* of both kinds, from 0 on */
#define PEER_HOLDING   1000u /* the first holding register; each is one more than that before */
#define PEER_INPUT     2000u /* the same of input registers */

static inline bool peer_coil(unsigned i)
{
    return i % 3 == 0;
}

static inline bool peer_discrete(unsigned i)
{
    return i % 2 == 1;
}

#endif
