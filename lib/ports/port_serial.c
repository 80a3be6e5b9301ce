/* SPDX-License-Identifier: MIT */
#include "port_internal.h"

#define MODBUS_BAUD 9600
#define MBUS_BAUD   2400

uint32_t mw_port_baud(const mw_serial *serial)
{
    if (serial->baud != 0) {
        return serial->baud;
    }
    return serial->mbus ? MBUS_BAUD : MODBUS_BAUD;
}

static bool serial_has_baud(const mw_serial *serial)
{
    static const uint32_t bauds[] = {300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};
    const uint32_t baud = mw_port_baud(serial);
    for (size_t i = 0; i < sizeof bauds / sizeof bauds[0]; i++) {
        if (bauds[i] == baud) {
            return true;
        }
    }
    return false;
}

static bool serial_has_data_bits(const mw_serial *serial)
{
    return serial->data_bits == 0 || serial->data_bits == 8 || (serial->data_bits == 7 && serial->ascii);
}

bool mw_port_serial_exists(const mw_serial *serial)
{
    return serial_has_baud(serial) && serial->parity <= MW_PARITY_ODD && serial->stop_bits <= 2 &&
           serial_has_data_bits(serial);
}

static mw_protocol serial_protocol(const mw_serial *serial)
{
    if (serial->mbus) {
        return MW_PROTOCOL_MBUS;
    }
    return serial->ascii ? MW_PROTOCOL_ASCII : MW_PROTOCOL_RTU;
}

static const char *serial_reason(mw_status status, const char *error)
{
    return status == MW_ERR_IO ? error : "the port cannot be set like this";
}

static void serial_remember(mw_port *port, const mw_serial *serial)
{
    port->serial = *serial;
    port->serial.baud = mw_port_baud(serial);
    port->serial.stop_bits = serial->stop_bits == 2 ? 2 : 1;
    port->line.char_us = MW_LINK_CHAR_US(port->serial.baud);
    if (port->protocol == MW_PROTOCOL_ASCII) {
        port->line.char_us *= 2; /* a byte is two characters */
    }
}

/* What was sent goes out as the line was, and what came before is of no use any more. */
static mw_status serial_set_line(void *user, const mw_line *line, mw_line *former)
{
    mw_port *const port = (mw_port *)user;
    mw_serial serial = port->serial;
    const char *error = NULL;
    mw_status status = MW_ERR_ARGUMENT;
    serial.baud = line->baud != 0 ? line->baud : serial.baud;
    serial.parity = line->parity != MW_PARITY_SAME ? line->parity : serial.parity;
    serial.stop_bits = line->stop_bits != 0 ? line->stop_bits : serial.stop_bits;
    if (mw_port_serial_exists(&serial)) {
        status = mw_serial_set(port->handle, &serial, &port->warnings, &error);
    }
    if (status != MW_OK) {
        port->error = serial_reason(status, error);
        return status;
    }
    if (former != NULL) {
        former->baud = port->serial.baud;
        former->parity = port->serial.parity;
        former->stop_bits = port->serial.stop_bits;
    }
    serial_remember(port, &serial);
    return MW_OK;
}

mw_status mw_port_open_serial(mw_port *port, const char *path, const mw_serial *serial)
{
    static const mw_serial defaults = {0, MW_PARITY_EVEN, 0, false, false, false, false, 0};
    intptr_t handle;
    unsigned warnings = 0;
    const char *error;
    mw_status status;
    if (serial == NULL) {
        serial = &defaults;
    }
    if (!mw_port_serial_exists(serial)) {
        return mw_port_fail(port, MW_ERR_ARGUMENT, "no such baud rate, parity or number of data or stop bits");
    }
    error = mw_serial_open(path, &handle);
    if (error != NULL) {
        return mw_port_fail(port, MW_ERR_IO, error);
    }
    status = mw_serial_set(handle, serial, &warnings, &error);
    if (status != MW_OK) {
        mw_serial_close(handle);
        return mw_port_fail(port, status, serial_reason(status, error));
    }
    mw_port_init(port, handle, serial_protocol(serial));
    port->warnings = warnings;
    port->line.echo = serial->echo;
    port->io.set_line = serial_set_line;
    serial_remember(port, serial);
    return MW_OK;
}
