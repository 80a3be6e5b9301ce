/* SPDX-License-Identifier: MIT */
/** @file
 * Ready-made lines for programs under an operating system: serial ports and TCP, with link, buffer and clock in one
 * object. A library of its own, meterwire::port; the rest of Meterwire does not need it.
 *
 * @code
 * mw_port port;
 * mw_meter meter;
 * mw_reading power;
 * if (mw_port_open(&port, "/dev/ttyUSB0", NULL) == MW_OK) {
 *     mw_meter_init(&meter, &mw_model_wago_879_3000, &port.link, mw_port_framing(&port), 1);
 *     if (mw_meter_read_one(&meter, &port.io, mw_obis_make(1, 16, 7, 0), &power) == MW_OK) ...
 *     mw_port_close(&port);
 * }
 * @endcode
 */
#ifndef MW_PORT_H
#define MW_PORT_H

#include <meterwire/io.h>
#include <meterwire/mbus.h>
#include <meterwire/modbus.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is spoken on a line. */
typedef enum mw_protocol {
    MW_PROTOCOL_RTU = 0, /**< Modbus RTU. */
    MW_PROTOCOL_TCP,     /**< Modbus TCP. */
    MW_PROTOCOL_MBUS,    /**< M-Bus. */
    MW_PROTOCOL_ASCII    /**< Modbus ASCII; for everything but the line it is MW_MODBUS_RTU. */
} mw_protocol;

/** How a serial line is set. All zero: Modbus RTU, 9600 8E1. */
typedef struct mw_serial {
    uint32_t baud;  /**< 300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600 or 115200; 0: 9600, or 2400 for M-Bus. */
    uint8_t parity; /**< mw_parity */
    uint8_t stop_bits; /**< 1 or 2; 0: 1. */
    bool rs485;        /**< Let the kernel switch the RS-485 driver by RTS; not every driver can. */
    bool echo;         /**< The adapter hears what it sends. */
    bool mbus;         /**< M-Bus instead of Modbus RTU. */
    bool ascii;        /**< Modbus ASCII instead of Modbus RTU. */
    uint8_t data_bits; /**< 8, or 7, which only Modbus ASCII can do with; 0: 8. */
} mw_serial;

/** @name What mw_port.warnings can say
 * @{ */
/** The port did not take the parity; a pseudo-terminal never does. Everything else is as wanted. */
#define MW_PORT_PARITY_NOT_APPLIED 1u
/** @} */

/** An open line. Only the members with a comment are for use. It points into itself: it stays where it was opened. */
typedef struct mw_port {
    mw_link link;         /**< Ready to use. */
    mw_io io;             /**< Ready to use. */
    mw_protocol protocol; /**< What link was made for. */
    unsigned warnings;    /**< MW_PORT_... */
    const char *error;    /**< Why the last call failed, as a text; null when none did. */
    intptr_t handle;     /**< File descriptor, or SOCKET of Windows, to wait for input together with others; of a serial
                          * port of Windows its HANDLE, which is not made for that (not FILE_FLAG_OVERLAPPED). */
    mw_link_config line; /**< Line settings of link; may be changed between exchanges. */
    mw_serial serial;    /**< How a serial port is set now; of TCP it says nothing. io.set_line changes it. */
    /** @cond private */
    bool socket;
    mw_modbus_ascii ascii;
    uint8_t buffer[2 * MW_MBUS_FRAME_MAX];
    /** @endcond */
} mw_port;

/** The framing of the line for mw_meter_init().
 * @param port  an open line of Modbus.
 * @return its framing. */
static inline mw_modbus_framing mw_port_framing(const mw_port *port)
{
    return port->protocol == MW_PROTOCOL_TCP ? MW_MODBUS_TCP : MW_MODBUS_RTU;
}

/** Opens a target as people write it: "tcp://HOST[:PORT]" for Modbus TCP, "rtu+tcp://HOST[:PORT]",
 * "ascii+tcp://HOST[:PORT]" and "mbus+tcp://HOST:PORT" for frames of Modbus RTU, Modbus ASCII and M-Bus through a
 * serial gateway, anything else is the path of a serial port, or its name under Windows. The port of Modbus is 502
 * where none is given; an IPv6 address stands in brackets.
 * @param port    receives the open line.
 * @param target  the target.
 * @param serial  settings of a serial port, or null for Modbus RTU at 9600 8E1. Over TCP only the speed is used, for
 * the timeouts of M-Bus: that of the line behind the gateway.
 * @return as mw_port_open_serial() and mw_port_open_tcp(); MW_ERR_ARGUMENT for a target that cannot be read. On an
 * error there is nothing to close and port->error says why. */
MW_API mw_status mw_port_open(mw_port *port, const char *target, const mw_serial *serial);

/** Opens a serial port for exclusive use.
 * @param port    receives the open line; port->warnings may be set.
 * @param path    such as "/dev/ttyUSB0"; under Windows "COM7".
 * @param serial  settings, or null for Modbus RTU at 9600 8E1.
 * @return MW_OK; MW_ERR_ARGUMENT for settings that do not exist; MW_ERR_UNSUPPORTED when the port cannot be set so;
 * MW_ERR_IO when it cannot be opened or is in use. */
MW_API mw_status mw_port_open_serial(mw_port *port, const char *path, const mw_serial *serial);

/** Connects over TCP, without delaying small packets (Nagle).
 * @param port        receives the open line.
 * @param host        name or address, IPv4 or IPv6.
 * @param number      TCP port.
 * @param protocol    what is spoken; all but MW_PROTOCOL_TCP through a serial gateway.
 * @param timeout_ms  for the connection; 0: 3 seconds.
 * @return MW_OK; MW_ERR_IO when the host is not known or refuses; MW_ERR_TIMEOUT. */
MW_API mw_status mw_port_open_tcp(mw_port *port, const char *host, uint16_t number, mw_protocol protocol,
                                  uint32_t timeout_ms);

/** Closes. A port that is not open is left alone.
 * @param port  the port. */
MW_API void mw_port_close(mw_port *port);

/** Waits for connections. The listener is a port of which only handle, error and mw_port_close() are of use.
 * @param listener  receives the listener.
 * @param host      the own address to listen at, or null for all, of IPv6 and IPv4.
 * @param number    TCP port, or 0 for any that is free.
 * @param bound     receives the TCP port; may be null.
 * @return MW_OK; MW_ERR_IO. */
MW_API mw_status mw_port_listen(mw_port *listener, const char *host, uint16_t number, uint16_t *bound);

/** Takes a connection that has come.
 * @param listener  the listener.
 * @param port      receives the line; its link is not of use for a server, its io and handle are.
 * @return MW_OK; MW_AGAIN when none has come; MW_ERR_IO. */
MW_API mw_status mw_port_accept(mw_port *listener, mw_port *port);

#ifdef __cplusplus
}
#endif

#endif
