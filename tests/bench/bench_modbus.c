/* SPDX-License-Identifier: MIT */
/* Prints what a request for 125 registers and its reply cost in memory: the client's share, which is to encode the
 * request, verify the reply and take the registers out of it. Not a test: it has no opinion.
 *
 * bench_modbus                 nanoseconds
 * bench_modbus NAME COUNT      only runs one of them so often, for counting instructions (tests/bench/run) */
#define _POSIX_C_SOURCE 199309L

#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static void crc_1000(void)
{
    static const uint8_t bytes[1000] = {1, 2, 3};
    sink = mw_crc16(bytes, sizeof bytes);
}

static void nothing(void)
{
}

static const struct {
    const char *name;
    void (*run)(void);
    mw_modbus_framing framing;
} benches[] = {{"nothing", nothing, MW_MODBUS_RTU},     {"codec_rtu", codec_rtu, MW_MODBUS_RTU},
               {"codec_tcp", codec_tcp, MW_MODBUS_TCP}, {"link_rtu", link_rtu, MW_MODBUS_RTU},
               {"link_tcp", link_tcp, MW_MODBUS_TCP},   {"crc_1000_bytes", crc_1000, MW_MODBUS_RTU}};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof benches / sizeof benches[0]; i++) {
        long count = argc == 3 ? atol(argv[2]) : 200000;
        double begin;
        if (argc == 3 && strcmp(argv[1], benches[i].name) != 0) {
            continue;
        }
        make_reply(benches[i].framing);
        begin = seconds();
        for (long n = count; n > 0; n--) {
            benches[i].run();
        }
        if (argc != 3) {
            printf("%-16s %8.1f ns\n", benches[i].name, (seconds() - begin) / (double)count * 1e9);
        }
    }
    return 0;
}
