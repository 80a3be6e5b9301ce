/* SPDX-License-Identifier: MIT */
/* Proves: the small framer's match is that of all functions
 * Bound: any request to read registers, or to write them; reply of 1 to 253 bytes, as long as it says; that both stay
 * inside is proved by framer_rtu_registers and modbus_match
 * Unwind: 1 memcmp.0:6
 * CI: yes
 */
#define STUB_modbus_id_length
#include "../../lib/modbus/modbus_internal.h"
#include "proof.h"

void proof(void)
{
    uint8_t request[MW_MODBUS_PDU_MAX];
    uint8_t reply[MW_MODBUS_PDU_MAX];
    const size_t asked = any_size(5, sizeof request);
    const size_t count = any_size(1, sizeof reply);
    ASSUME(mw_modbus_reads_registers(request[0]) || request[0] == MW_MODBUS_WRITE_SINGLE ||
           request[0] == MW_MODBUS_WRITE_MULTIPLE);
    ASSUME(mw_modbus_is_request(request, asked));
    ASSUME(!mw_modbus_reads_registers(request[0]) || request[3] == 0); /* at most 125, as an encoder makes it */
    ASSUME(mw_modbus_table_length(reply, count) == (int)count);
    PROVE(mw_modbus_match_registers(request, reply) == mw_modbus_match(request, reply, count), "the same");
}
