/* SPDX-License-Identifier: MIT */
/* A Modbus server that is not ours: libmodbus, with the registers of a real PRO380, or with those of peers.h.
 *
 * libmodbus_server tcp [peers]          listens at 127.0.0.1, prints the port it got
 * libmodbus_server rtu PATH [peers]     answers on a serial line, 9600 8E1 */
#include <errno.h>
#include <modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../vectors/pro380_snapshot.h"
#include "peers.h"

#define FIRST 0x4000
#define LAST  0x6100

static modbus_mapping_t *make_registers(void)
{
    modbus_mapping_t *const map = modbus_mapping_new_start_address(0, 0, 0, 0, FIRST, LAST - FIRST, 0, 0);
    if (map != NULL) {
        memcpy(map->tab_registers + (0x4000 - FIRST), pro380_4000, sizeof pro380_4000);
        memcpy(map->tab_registers + (0x5000 - FIRST), pro380_5000, sizeof pro380_5000);
        memcpy(map->tab_registers + (0x6000 - FIRST), pro380_6000, sizeof pro380_6000);
        map->tab_registers[0x4026 - FIRST] = 1; /* floats; the snapshot ends before */
    }
    return map;
}

static modbus_mapping_t *make_peers(void)
{
    modbus_mapping_t *const map = modbus_mapping_new(PEER_BITS, PEER_BITS, PEER_REGISTERS, PEER_REGISTERS);
    for (unsigned i = 0; map != NULL && i < PEER_BITS; i++) {
        map->tab_bits[i] = peer_coil(i);
        map->tab_input_bits[i] = peer_discrete(i);
    }
    for (unsigned i = 0; map != NULL && i < PEER_REGISTERS; i++) {
        map->tab_registers[i] = (uint16_t)(PEER_HOLDING + i);
        map->tab_input_registers[i] = (uint16_t)(PEER_INPUT + i);
    }
    return map;
}

static void answer(modbus_t *context, modbus_mapping_t *map)
{
    uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
    for (;;) {
        const int length = modbus_receive(context, request);
        if (length > 0) {
            modbus_reply(context, request, length, map);
        } else if (length < 0 && errno != ETIMEDOUT && errno != EMBBADCRC) {
            return;
        }
    }
}

static int serve_tcp(modbus_mapping_t *map)
{
    modbus_t *const context = modbus_new_tcp("127.0.0.1", 0);
    int listener = modbus_tcp_listen(context, 1);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (listener < 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        fprintf(stderr, "cannot listen: %s\n", modbus_strerror(errno));
        return 1;
    }
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    while (modbus_tcp_accept(context, &listener) >= 0) {
        answer(context, map);
        modbus_close(context);
    }
    return 1;
}

static int serve_rtu(modbus_mapping_t *map, const char *path)
{
    modbus_t *const context = modbus_new_rtu(path, 9600, 'E', 8, 1);
    if (context == NULL || modbus_set_slave(context, 1) != 0 || modbus_connect(context) != 0) {
        fprintf(stderr, "cannot open %s: %s\n", path, modbus_strerror(errno));
        return 1;
    }
    printf("ready\n");
    fflush(stdout);
    answer(context, map);
    return 1;
}

int main(int argc, char **argv)
{
    const bool rtu = argc > 2 && strcmp(argv[1], "rtu") == 0;
    const bool peers = argc > 1 && strcmp(argv[argc - 1], "peers") == 0;
    modbus_mapping_t *const map = peers ? make_peers() : make_registers();
    if (map == NULL || argc < 2) {
        return 2;
    }
    return rtu ? serve_rtu(map, argv[2]) : serve_tcp(map);
}
