/* SPDX-License-Identifier: MIT */
#include <meterwire/port.h>

#include <string.h>

#include "port_posix.h"

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

mw_status mw_port_open(mw_port *port, const char *target, const mw_serial *serial)
{
    static const struct {
        const char *scheme;
        mw_modbus_framing framing;
    } schemes[] = {{"tcp://", MW_MODBUS_TCP}, {"rtu+tcp://", MW_MODBUS_RTU}};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const size_t length = strlen(schemes[i].scheme);
        if (strncmp(target, schemes[i].scheme, length) == 0) {
            char host[HOST_SIZE];
            uint16_t number = MODBUS_PORT;
            if (!target_host(target + length, host, &number)) {
                return mw_port_fail(port, -1, MW_ERR_ARGUMENT, "expected HOST, HOST:PORT or [ADDRESS]:PORT");
            }
            return mw_port_open_tcp(port, host, number, schemes[i].framing, 0);
        }
    }
    if (strstr(target, "://") != NULL) {
        return mw_port_fail(port, -1, MW_ERR_ARGUMENT, "expected tcp://, rtu+tcp:// or the path of a serial port");
    }
    return mw_port_open_serial(port, target, serial);
}
