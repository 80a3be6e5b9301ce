/* SPDX-License-Identifier: MIT */
#include <meterwire/port.h>

#include <string.h>

#include "port_internal.h"

#define MODBUS_PORT 502
#define HOST_SIZE   256

/* Digits to the end, 1 to 65535. */
static bool target_number(const char *text, uint16_t *number)
{
    uint32_t n = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || n > UINT16_MAX) {
            return false;
        }
        n = n * 10 + (uint32_t)(*text - '0');
    }
    *number = (uint16_t)n;
    return n >= 1 && n <= UINT16_MAX;
}

/* HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT. */
static bool target_host(const char *text, char host[HOST_SIZE], uint16_t *number)
{
    const bool brackets = *text == '[';
    const char *const begin = brackets ? text + 1 : text;
    const size_t length = strcspn(begin, brackets ? "]" : ":");
    const char *rest = begin + length;
    if (length == 0 || length >= HOST_SIZE || (brackets && *rest != ']')) {
        return false;
    }
    memcpy(host, begin, length);
    host[length] = '\0';
    rest += brackets ? 1 : 0;
    return *rest == '\0' || (*rest == ':' && target_number(rest + 1, number));
}

/* A serial line behind a gateway, whose speed counts for timeouts. */
static mw_status target_open_mbus(mw_port *port, const char *host, uint16_t number, const mw_serial *serial)
{
    mw_serial line = {0, 0, 0, false, false, true, false, 0};
    const mw_status status = mw_port_open_tcp(port, host, number, MW_PROTOCOL_MBUS, 0);
    line.baud = serial != NULL ? serial->baud : 0;
    if (status == MW_OK) {
        port->line.char_us = MW_LINK_CHAR_US(mw_port_baud(&line));
    }
    return status;
}

mw_status mw_port_open(mw_port *port, const char *target, const mw_serial *serial)
{
    static const struct {
        const char *scheme;
        mw_protocol protocol;
        uint16_t number; /* TCP port where none is given; 0: it must be */
    } schemes[] = {{"tcp://", MW_PROTOCOL_TCP, MODBUS_PORT},
                   {"rtu+tcp://", MW_PROTOCOL_RTU, MODBUS_PORT},
                   {"ascii+tcp://", MW_PROTOCOL_ASCII, MODBUS_PORT},
                   {"mbus+tcp://", MW_PROTOCOL_MBUS, 0}};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const size_t length = strlen(schemes[i].scheme);
        if (strncmp(target, schemes[i].scheme, length) == 0) {
            char host[HOST_SIZE];
            uint16_t number = schemes[i].number;
            if (!target_host(target + length, host, &number) || number == 0) {
                return mw_port_fail(port, MW_ERR_ARGUMENT,
                                    schemes[i].number == 0 ? "expected HOST:PORT or [ADDRESS]:PORT"
                                                           : "expected HOST, HOST:PORT or [ADDRESS]:PORT");
            }
            return schemes[i].protocol == MW_PROTOCOL_MBUS
                       ? target_open_mbus(port, host, number, serial)
                       : mw_port_open_tcp(port, host, number, schemes[i].protocol, 0);
        }
    }
    if (strstr(target, "://") != NULL) {
        return mw_port_fail(port, MW_ERR_ARGUMENT,
                            "expected tcp://, rtu+tcp://, ascii+tcp://, mbus+tcp:// or the path of a serial port");
    }
    return mw_port_open_serial(port, target, serial);
}
