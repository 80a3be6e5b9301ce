/* SPDX-License-Identifier: MIT */
#include "port_internal.h"

#include <string.h>

#include "port_socket.h"

/* Modbus ASCII lets as much time pass between characters (SL 2.5.2.1). */
#define ASCII_SILENCE_US 1000000u

/* Modbus ASCII is RTU but for the line. */
static mw_status ascii_write(void *user, const uint8_t *bytes, size_t count)
{
    mw_port *const port = (mw_port *)user;
    uint8_t text[MW_MODBUS_ASCII_MAX];
    size_t length;
    const mw_status status = mw_modbus_ascii_encode(bytes, count, text, sizeof text, &length);
    if (status != MW_OK) {
        port->error = "only whole frames can be sent as Modbus ASCII";
        return status;
    }
    return mw_port_write(user, text, length);
}

static mw_status ascii_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    mw_port *const port = (mw_port *)user;
    const mw_status status = mw_port_read(user, bytes, size, wait_us, count);
    *count = mw_modbus_ascii_receive(&port->ascii, bytes, *count);
    return status;
}

void mw_port_init(mw_port *port, intptr_t handle, mw_protocol protocol)
{
    static const mw_framer *const framers[] = {&mw_framer_rtu, &mw_framer_tcp, &mw_framer_mbus,
                                               &mw_framer_rtu}; /* by mw_protocol */
    memset(port, 0, sizeof *port);
    port->handle = handle;
    port->protocol = protocol;
    port->io.user = port;
    port->io.write = mw_port_write;
    port->io.read = mw_port_read;
    port->io.now_us = mw_port_now_us;
    if (protocol == MW_PROTOCOL_ASCII) {
        port->io.write = ascii_write;
        port->io.read = ascii_read;
        port->line.silence_us = ASCII_SILENCE_US;
    }
    mw_link_init(&port->link, framers[protocol], &port->line, port->buffer, sizeof port->buffer, mw_port_now_us(port));
}

void mw_port_init_socket(mw_port *port, intptr_t handle, mw_protocol protocol)
{
    mw_port_init(port, handle, protocol);
    port->socket = true;
}

mw_status mw_port_fail(mw_port *port, mw_status status, const char *error)
{
    memset(port, 0, sizeof *port);
    port->handle = -1;
    port->error = error;
    return status;
}

mw_status mw_port_broken(mw_port *port, const char *error)
{
    port->error = error;
    return MW_ERR_IO;
}

void mw_port_close(mw_port *port)
{
    if (port->handle < 0) {
        return;
    }
    if (port->socket) {
        mw_socket_close((mw_socket)port->handle);
    } else {
        mw_serial_close(port->handle);
    }
    port->handle = -1;
}
