/* SPDX-License-Identifier: MIT */
/* A Modbus client that is not ours: libmodbus, with every function it has, for a server with the registers of peers.h.
 *
 * libmodbus_client tcp PORT     asks a server at 127.0.0.1
 * libmodbus_client rtu PATH     asks one on a serial line, 9600 8E1
 *
 * Prints what is wrong, and at the end "N passed, N failed". */
#include <errno.h>
#include <modbus.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers.h"

static unsigned passed;
static unsigned failed;

static void check(bool good, const char *what)
{
    if (good) {
        passed++;
    } else {
        failed++;
        printf("%s: %s\n", what, modbus_strerror(errno));
    }
}

static bool same_bits(const uint8_t *bits, int count, bool (*expected)(unsigned))
{
    for (int i = 0; i < count; i++) {
        if ((bits[i] != 0) != expected((unsigned)i)) {
            return false;
        }
    }
    return true;
}

static bool same_registers(const uint16_t *registers, int count, unsigned first)
{
    for (int i = 0; i < count; i++) {
        if (registers[i] != first + (unsigned)i) {
            return false;
        }
    }
    return true;
}

static void read_all(modbus_t *context)
{
    uint8_t bits[MODBUS_MAX_READ_BITS];
    uint16_t registers[MODBUS_MAX_READ_REGISTERS];
    check(modbus_read_bits(context, 0, 2000, bits) == 2000 && same_bits(bits, 2000, peer_coil), "function 1");
    check(modbus_read_input_bits(context, 0, 2000, bits) == 2000 && same_bits(bits, 2000, peer_discrete), "function 2");
    check(modbus_read_registers(context, 0, 125, registers) == 125 && same_registers(registers, 125, PEER_HOLDING),
          "function 3");
    check(modbus_read_input_registers(context, 0, 125, registers) == 125 && same_registers(registers, 125, PEER_INPUT),
          "function 4");
}

static void write_bits(modbus_t *context)
{
    uint8_t bits[MODBUS_MAX_WRITE_BITS];
    uint8_t back[MODBUS_MAX_WRITE_BITS] = {0};
    check(modbus_write_bit(context, 1, 1) == 1 && modbus_read_bits(context, 1, 1, back) == 1 && back[0] == 1,
          "function 5, on");
    check(modbus_write_bit(context, 1, 0) == 1 && modbus_read_bits(context, 1, 1, back) == 1 && back[0] == 0,
          "function 5, off");
    for (int i = 0; i < MODBUS_MAX_WRITE_BITS; i++) {
        bits[i] = i % 5 == 0;
    }
    check(modbus_write_bits(context, 7, MODBUS_MAX_WRITE_BITS, bits) == MODBUS_MAX_WRITE_BITS &&
              modbus_read_bits(context, 7, MODBUS_MAX_WRITE_BITS, back) == MODBUS_MAX_WRITE_BITS &&
              memcmp(bits, back, sizeof bits) == 0,
          "function 15");
}

static void write_registers(modbus_t *context)
{
    uint16_t sent[MODBUS_MAX_WRITE_REGISTERS];
    uint16_t back[MODBUS_MAX_READ_REGISTERS] = {0};
    check(modbus_write_register(context, 3, 0x1234) == 1 && modbus_read_registers(context, 3, 1, back) == 1 &&
              back[0] == 0x1234,
          "function 6");
    for (int i = 0; i < MODBUS_MAX_WRITE_REGISTERS; i++) {
        sent[i] = (uint16_t)(0xA000 + i);
    }
    check(modbus_write_registers(context, 10, MODBUS_MAX_WRITE_REGISTERS, sent) == MODBUS_MAX_WRITE_REGISTERS &&
              modbus_read_registers(context, 10, MODBUS_MAX_WRITE_REGISTERS, back) == MODBUS_MAX_WRITE_REGISTERS &&
              memcmp(sent, back, sizeof sent) == 0,
          "function 16");
    check(modbus_write_register(context, 3, 0x12) == 1 && modbus_mask_write_register(context, 3, 0xF2, 0x25) != -1 &&
              modbus_read_registers(context, 3, 1, back) == 1 && back[0] == 0x17,
          "function 22");
    check(modbus_write_and_read_registers(context, 5, 121, sent, 5, 125, back) == 125 &&
              memcmp(sent, back, 2 * (size_t)121) == 0,
          "function 23");
}

static void ask_others(modbus_t *context)
{
    uint8_t id[MODBUS_MAX_PDU_LENGTH] = {0};
    uint16_t value;
    const int count = modbus_report_slave_id(context, sizeof id, id);
    check(count > 2 && id[1] == 0xFF, "function 17");
    check(modbus_read_registers(context, PEER_REGISTERS, 1, &value) == -1 && errno == EMBXILADD, "exception 2");
    check(modbus_write_bit(context, PEER_BITS, 1) == -1 && errno == EMBXILADD, "exception 2 of a write");
}

int main(int argc, char **argv)
{
    modbus_t *context;
    if (argc != 3) {
        return 2;
    }
    context = strcmp(argv[1], "tcp") == 0 ? modbus_new_tcp("127.0.0.1", (int)strtol(argv[2], NULL, 10))
                                          : modbus_new_rtu(argv[2], 9600, 'E', 8, 1);
    if (context == NULL || modbus_set_slave(context, 1) != 0 || modbus_set_response_timeout(context, 2, 0) != 0 ||
        modbus_connect(context) != 0) {
        printf("cannot connect: %s\n", modbus_strerror(errno));
        return 1;
    }
    read_all(context);
    write_bits(context);
    write_registers(context);
    ask_others(context);
    modbus_close(context);
    modbus_free(context);
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
