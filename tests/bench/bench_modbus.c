/* SPDX-License-Identifier: MIT */
/* What a request for 125 registers and its reply cost in memory: the client's share, which is to encode the request,
 * verify the reply and take the registers out of it; and the CRC alone. Not a test: it has no opinion. */
#define _POSIX_C_SOURCE 199309L

#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include "bench.h"

#define REGISTERS 125

static uint8_t reply[MW_MODBUS_FRAME_MAX];
static size_t reply_length;
static volatile uint32_t sink;

static void make_reply(mw_modbus_framing framing)
{
    const size_t at = mw_modbus_pdu_offset(framing);
    reply[at] = MW_MODBUS_READ_HOLDING;
    reply[at + 1] = 2 * REGISTERS;
    for (size_t i = 0; i < 2 * REGISTERS; i++) {
        reply[at + 2 + i] = (uint8_t)(i * 31);
    }
    mw_modbus_seal(framing, 1, 1, reply, sizeof reply, 2 + 2 * REGISTERS, &reply_length);
}

static void exchange(mw_modbus_framing framing)
{
    const mw_modbus_request request = {1, 1, MW_MODBUS_READ_HOLDING, 0x6000, REGISTERS, NULL};
    uint8_t frame[MW_MODBUS_READ_BYTES];
    size_t length;
    mw_modbus_reply decoded;
    uint32_t sum = 0;
    mw_modbus_encode_read(framing, &request, frame, sizeof frame, &length);
    if (mw_modbus_decode_reply(framing, frame, length, reply, reply_length, &decoded) != MW_OK) {
        abort();
    }
    for (size_t i = 0; i < REGISTERS; i++) {
        sum += mw_modbus_u16(decoded.data, i);
    }
    sink = sum;
}

static void codec_rtu(void)
{
    exchange(MW_MODBUS_RTU);
}

static void codec_tcp(void)
{
    exchange(MW_MODBUS_TCP);
}

/* The same through the link, as an application does it. */
static void through_link(mw_modbus_framing framing, const mw_framer *framer)
{
    static const mw_link_config config;
    static uint8_t buffer[MW_MODBUS_FRAME_MAX];
    const mw_modbus_request request = {1, 1, MW_MODBUS_READ_HOLDING, 0x6000, REGISTERS, NULL};
    uint8_t frame[MW_MODBUS_READ_BYTES];
    size_t length;
    uint32_t wait_us;
    uint32_t sum = 0;
    const uint8_t *data;
    mw_link link;
    mw_link_init(&link, framer, &config, buffer, sizeof buffer, 0);
    mw_modbus_encode_read(framing, &request, frame, sizeof frame, &length);
    mw_link_start(&link, frame, length, 0, 0, 10000);
    while (mw_link_poll(&link, 20000, &wait_us) == MW_LINK_WAIT) {
    }
    mw_link_sent(&link, 20000);
    mw_link_feed(&link, reply, reply_length, 30000);
    if (mw_link_status(&link) != MW_OK) {
        abort();
    }
    data = mw_link_reply(&link, &length) + mw_modbus_pdu_offset(framing) + 2;
    for (size_t i = 0; i < REGISTERS; i++) {
        sum += mw_modbus_u16(data, i);
    }
    sink = sum;
}

static void link_rtu(void)
{
    through_link(MW_MODBUS_RTU, &mw_framer_rtu);
}

static void link_tcp(void)
{
    through_link(MW_MODBUS_TCP, &mw_framer_tcp);
}

/* CRCs by the length of the block: the shortest request, a few registers, a long frame, and beyond. */
static const uint8_t block[1024] = {1, 2, 3};

static void crc_8(void)
{
    sink = mw_crc16(block, 8);
}

static void crc_64(void)
{
    sink = mw_crc16(block, 64);
}

static void crc_256(void)
{
    sink = mw_crc16(block, 256);
}

static void crc_1024(void)
{
    sink = mw_crc16(block, 1024);
}

static void nothing(void)
{
}

int main(void)
{
    bench("nothing", nothing);
    bench("crc_8", crc_8);
    bench("crc_64", crc_64);
    bench("crc_256", crc_256);
    bench("crc_1024", crc_1024);
    make_reply(MW_MODBUS_RTU);
    bench("fc3_rtu", codec_rtu);
    bench("fc3_rtu_link", link_rtu);
    make_reply(MW_MODBUS_TCP);
    bench("fc3_tcp", codec_tcp);
    bench("fc3_tcp_link", link_tcp);
    return 0;
}
