/* SPDX-License-Identifier: MIT */
/* Our client, for servers that are not ours with the registers of peers.h.
 *
 * meterwire_client TARGET FUNCTION...   43 is the identification; "refuse" are registers and bits that there are not
 *
 * Prints what is wrong, and at the end "N passed, N failed". */
#include <meterwire/io.h>
#include <meterwire/modbus.h>
#include <meterwire/port.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers.h"

#define UNIT 1

static mw_port port;
static mw_modbus_reply reply; /* the last one; points into the link */

/* One exchange, a frame having been made. */
static mw_status exchange(mw_status made, const uint8_t *frame, size_t length)
{
    const uint8_t *answer;
    size_t answer_length;
    mw_status status = made == MW_OK ? mw_link_exchange(&port.link, &port.io, frame, length, 2000000, 0) : made;
    if (status != MW_OK && status != MW_ERR_REFUSED) {
        return status;
    }
    answer = mw_link_reply(&port.link, &answer_length);
    return mw_modbus_decode_reply(mw_port_framing(&port), frame, length, answer, answer_length, &reply);
}

static mw_status transfer(uint8_t function, uint16_t address, uint16_t count, const uint8_t *data)
{
    const mw_modbus_request request = {mw_link_number(&port.link), UNIT, function, address, count, data};
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    size_t length = 0;
    const mw_status made = data == NULL
                               ? mw_modbus_encode_read(mw_port_framing(&port), &request, frame, sizeof frame, &length)
                               : mw_modbus_encode_write(mw_port_framing(&port), &request, frame, sizeof frame, &length);
    return exchange(made, frame, length);
}

static mw_status send_pdu(mw_status made, const uint8_t *pdu, const size_t *pdu_bytes)
{
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    size_t length = 0;
    if (made == MW_OK) {
        made = mw_modbus_encode_pdu(mw_port_framing(&port), mw_link_number(&port.link), UNIT, pdu, *pdu_bytes, frame,
                                    sizeof frame, &length);
    }
    return exchange(made, frame, length);
}

static bool read_bits(uint8_t function, bool (*expected)(unsigned))
{
    if (transfer(function, 0, MW_MODBUS_READ_BITS_MAX, NULL) != MW_OK || reply.data_bytes != 250) {
        return false;
    }
    for (unsigned i = 0; i < MW_MODBUS_READ_BITS_MAX; i++) {
        if (mw_modbus_bit(reply.data, i) != expected(i)) {
            return false;
        }
    }
    return true;
}

static bool read_registers(uint8_t function, unsigned first)
{
    if (transfer(function, 0, MW_MODBUS_READ_MAX, NULL) != MW_OK || reply.data_bytes != 250) {
        return false;
    }
    for (unsigned i = 0; i < MW_MODBUS_READ_MAX; i++) {
        if (mw_modbus_u16(reply.data, i) != first + i) {
            return false;
        }
    }
    return true;
}

/* Writes, and reads the same back. */
static bool write_back(uint8_t function, uint8_t reads, uint16_t address, uint16_t count, const uint8_t *data)
{
    const size_t bytes = reads == MW_MODBUS_READ_COILS ? (count + 7u) / 8 : 2u * count;
    return transfer(function, address, count, data) == MW_OK && transfer(reads, address, count, NULL) == MW_OK &&
           reply.data_bytes == bytes && memcmp(reply.data, data, bytes) == 0;
}

static bool write_coil(void)
{
    const uint8_t on = 1;
    const uint8_t off = 0;
    return write_back(MW_MODBUS_WRITE_COIL, MW_MODBUS_READ_COILS, 1, 1, &on) &&
           write_back(MW_MODBUS_WRITE_COIL, MW_MODBUS_READ_COILS, 1, 1, &off);
}

static bool write_many(uint8_t function, uint8_t reads, uint16_t count)
{
    uint8_t data[MW_MODBUS_PDU_MAX];
    for (unsigned i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(37 * i + 5);
    }
    return write_back(function, reads, 7, count, data);
}

static bool mask(void)
{
    static const uint8_t before[] = {0x00, 0x12};
    const mw_modbus_mask_write content = {3, 0xF2, 0x25};
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    size_t length = 0;
    return transfer(MW_MODBUS_WRITE_SINGLE, 3, 1, before) == MW_OK &&
           send_pdu(mw_modbus_put_mask_write(&content, pdu, sizeof pdu, &length), pdu, &length) == MW_OK &&
           transfer(MW_MODBUS_READ_HOLDING, 3, 1, NULL) == MW_OK && mw_modbus_u16(reply.data, 0) == 0x17;
}

static bool read_write(void)
{
    uint8_t data[2 * MW_MODBUS_EXCHANGE_MAX];
    const mw_modbus_read_write content = {5, MW_MODBUS_READ_MAX, 5, MW_MODBUS_EXCHANGE_MAX, data};
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    size_t length = 0;
    for (unsigned i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(41 * i + 3);
    }
    return send_pdu(mw_modbus_put_read_write(&content, pdu, sizeof pdu, &length), pdu, &length) == MW_OK &&
           reply.data_bytes == 250 && memcmp(reply.data, data, sizeof data) == 0;
}

static bool server_id(void)
{
    const uint8_t pdu[] = {MW_MODBUS_SERVER_ID};
    const size_t length = sizeof pdu;
    const uint8_t *id;
    size_t bytes;
    return send_pdu(MW_OK, pdu, &length) == MW_OK &&
           mw_modbus_get_server_id(reply.pdu, reply.pdu_bytes, &id, &bytes) == MW_OK && bytes > 2;
}

static bool identification(void)
{
    uint8_t pdu[4];
    size_t length = 0;
    size_t position = 0;
    mw_modbus_id id;
    mw_modbus_object object;
    return send_pdu(mw_modbus_put_id_request(MW_MODBUS_ID_BASIC, 0, pdu, sizeof pdu, &length), pdu, &length) == MW_OK &&
           mw_modbus_get_id(reply.pdu, reply.pdu_bytes, &id) == MW_OK && id.count == 3 &&
           mw_modbus_get_id_object(reply.pdu, reply.pdu_bytes, &position, &object) == MW_OK && object.bytes == 5 &&
           memcmp(object.value, "Maker", 5) == 0;
}

static bool refused(void)
{
    static const uint8_t on = 1;
    return transfer(MW_MODBUS_READ_HOLDING, PEER_REGISTERS, 1, NULL) == MW_ERR_REFUSED &&
           reply.exception == MW_MODBUS_ILLEGAL_ADDRESS &&
           transfer(MW_MODBUS_WRITE_COIL, PEER_BITS, 1, &on) == MW_ERR_REFUSED &&
           reply.exception == MW_MODBUS_ILLEGAL_ADDRESS;
}

static bool run(const char *name)
{
    static const uint8_t value[] = {0x12, 0x34};
    switch (strtol(name, NULL, 10)) {
    case MW_MODBUS_READ_COILS:
        return read_bits(MW_MODBUS_READ_COILS, peer_coil);
    case MW_MODBUS_READ_DISCRETE:
        return read_bits(MW_MODBUS_READ_DISCRETE, peer_discrete);
    case MW_MODBUS_READ_HOLDING:
        return read_registers(MW_MODBUS_READ_HOLDING, PEER_HOLDING);
    case MW_MODBUS_READ_INPUT:
        return read_registers(MW_MODBUS_READ_INPUT, PEER_INPUT);
    case MW_MODBUS_WRITE_COIL:
        return write_coil();
    case MW_MODBUS_WRITE_SINGLE:
        return write_back(MW_MODBUS_WRITE_SINGLE, MW_MODBUS_READ_HOLDING, 3, 1, value);
    case MW_MODBUS_WRITE_COILS:
        return write_many(MW_MODBUS_WRITE_COILS, MW_MODBUS_READ_COILS, MW_MODBUS_WRITE_BITS_MAX);
    case MW_MODBUS_WRITE_MULTIPLE:
        return write_many(MW_MODBUS_WRITE_MULTIPLE, MW_MODBUS_READ_HOLDING, MW_MODBUS_WRITE_MAX);
    case MW_MODBUS_SERVER_ID:
        return server_id();
    case MW_MODBUS_MASK_WRITE:
        return mask();
    case MW_MODBUS_READ_WRITE:
        return read_write();
    case MW_MODBUS_ENCAPSULATED:
        return identification();
    default:
        return strcmp(name, "refuse") == 0 && refused();
    }
}

int main(int argc, char **argv)
{
    int failed = 0;
    if (argc < 3) {
        return 2;
    }
    if (mw_port_open(&port, argv[1], NULL) != MW_OK) {
        printf("cannot open %s: %s\n", argv[1], port.error);
        return 1;
    }
    for (int i = 2; i < argc; i++) {
        if (!run(argv[i])) {
            printf("function %s: %s, exception %u\n", argv[i], mw_status_text(mw_link_status(&port.link)),
                   reply.exception);
            failed++;
        }
    }
    mw_port_close(&port);
    printf("%d passed, %d failed\n", argc - 2 - failed, failed);
    return failed == 0 ? 0 : 1;
}
