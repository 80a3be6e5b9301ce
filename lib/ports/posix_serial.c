/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* TIOCEXCL, flock(), baud rates above 38400 */

#include "port_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/serial.h>
#endif

#define MODBUS_BAUD  9600
#define MBUS_BAUD    2400
#define PARITY_FLAGS ((tcflag_t)(PARENB | PARODD | CSIZE))

static const struct {
    uint32_t baud;
    speed_t speed;
} serial_speeds[] = {{300, B300},   {600, B600},     {1200, B1200},   {2400, B2400},   {4800, B4800},
                     {9600, B9600}, {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200}};

uint32_t mw_port_baud(const mw_serial *serial)
{
    if (serial->baud != 0) {
        return serial->baud;
    }
    return serial->mbus ? MBUS_BAUD : MODBUS_BAUD;
}

static mw_status serial_speed(uint32_t baud, speed_t *speed)
{
    for (size_t i = 0; i < sizeof serial_speeds / sizeof serial_speeds[0]; i++) {
        if (serial_speeds[i].baud == baud) {
            *speed = serial_speeds[i].speed;
            return MW_OK;
        }
    }
    return MW_ERR_ARGUMENT;
}

static bool serial_has_data_bits(const mw_serial *serial)
{
    return serial->data_bits == 0 || serial->data_bits == 8 || (serial->data_bits == 7 && serial->ascii);
}

static mw_protocol serial_protocol(const mw_serial *serial)
{
    if (serial->mbus) {
        return MW_PROTOCOL_MBUS;
    }
    return serial->ascii ? MW_PROTOCOL_ASCII : MW_PROTOCOL_RTU;
}

mw_status mw_port_termios(const mw_serial *serial, struct termios *settings)
{
    speed_t speed;
    struct termios raw;
    if (serial_speed(mw_port_baud(serial), &speed) != MW_OK || serial->parity > MW_PARITY_ODD ||
        serial->stop_bits > 2 || !serial_has_data_bits(serial)) {
        return MW_ERR_ARGUMENT;
    }
    memset(&raw, 0, sizeof raw);
    raw.c_cflag = CREAD | CLOCAL | (serial->data_bits == 7 ? CS7 : CS8);
    raw.c_iflag = IGNBRK;
    if (serial->parity != MW_PARITY_NONE) {
        raw.c_cflag |= PARENB;
        raw.c_iflag |= INPCK; /* a damaged byte reads as 0, and the check of its frame fails */
    }
    if (serial->parity == MW_PARITY_ODD) {
        raw.c_cflag |= PARODD;
    }
    if (serial->stop_bits == 2) {
        raw.c_cflag |= CSTOPB;
    }
    raw.c_cc[VMIN] = 1;
    if (cfsetispeed(&raw, speed) != 0 || cfsetospeed(&raw, speed) != 0) {
        return MW_ERR_ARGUMENT;
    }
    *settings = raw;
    return MW_OK;
}

/* Applies settings once and reads them back. A second identical call would fail on a pseudo-terminal, which never keeps
 * a parity. */
static mw_status serial_apply(int fd, const struct termios *wanted, unsigned *warnings)
{
    struct termios got;
    if ((tcsetattr(fd, TCSANOW, wanted) != 0 && errno != EINVAL) || tcgetattr(fd, &got) != 0) {
        return MW_ERR_IO;
    }
    if (cfgetispeed(&got) != cfgetispeed(wanted) || cfgetospeed(&got) != cfgetospeed(wanted) ||
        ((got.c_cflag ^ wanted->c_cflag) & CSTOPB) != 0 || ((got.c_lflag ^ wanted->c_lflag) & (ICANON | ECHO)) != 0) {
        return MW_ERR_UNSUPPORTED;
    }
    *warnings = ((got.c_cflag ^ wanted->c_cflag) & PARITY_FLAGS) != 0 ? MW_PORT_PARITY_NOT_APPLIED : 0;
    return MW_OK;
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
    const int fd = (int)port->handle;
    mw_serial serial = port->serial;
    struct termios settings;
    mw_status status = MW_ERR_ARGUMENT;
    serial.baud = line->baud != 0 ? line->baud : serial.baud;
    serial.parity = line->parity != MW_PARITY_SAME ? line->parity : serial.parity;
    serial.stop_bits = line->stop_bits != 0 ? line->stop_bits : serial.stop_bits;
    if (mw_port_termios(&serial, &settings) == MW_OK) {
        status = tcdrain(fd) == 0 ? serial_apply(fd, &settings, &port->warnings) : MW_ERR_IO;
    }
    if (status != MW_OK) {
        port->error = status == MW_ERR_IO ? strerror(errno) : "the port cannot be set like this";
        return status;
    }
    tcflush(fd, TCIFLUSH);
    if (former != NULL) {
        former->baud = port->serial.baud;
        former->parity = port->serial.parity;
        former->stop_bits = port->serial.stop_bits;
    }
    serial_remember(port, &serial);
    return MW_OK;
}

static mw_status serial_set_rs485(int fd)
{
#ifdef __linux__
    struct serial_rs485 rs485;
    memset(&rs485, 0, sizeof rs485);
    rs485.flags = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND;
    return ioctl(fd, TIOCSRS485, &rs485) == 0 ? MW_OK : MW_ERR_UNSUPPORTED;
#else
    (void)fd;
    return MW_ERR_UNSUPPORTED;
#endif
}

mw_status mw_port_open_serial(mw_port *port, const char *path, const mw_serial *serial)
{
    static const mw_serial defaults = {0, MW_PARITY_EVEN, 0, false, false, false, false, 0};
    struct termios settings;
    unsigned warnings = 0;
    mw_status status;
    int fd;
    if (serial == NULL) {
        serial = &defaults;
    }
    if (mw_port_termios(serial, &settings) != MW_OK) {
        return mw_port_fail(port, -1, MW_ERR_ARGUMENT, "no such baud rate, parity or number of data or stop bits");
    }
    fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return mw_port_fail(port, -1, MW_ERR_IO, errno == EBUSY ? "in use by another program" : strerror(errno));
    }
    if (!isatty(fd)) {
        return mw_port_fail(port, fd, MW_ERR_IO, "not a serial port");
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 || ioctl(fd, TIOCEXCL) != 0) {
        return mw_port_fail(port, fd, MW_ERR_IO, "in use by another program");
    }
    status = serial_apply(fd, &settings, &warnings);
    if (status == MW_OK && serial->rs485) {
        status = serial_set_rs485(fd);
    }
    if (status != MW_OK) {
        return mw_port_fail(port, fd, status,
                            status == MW_ERR_IO ? strerror(errno) : "the port cannot be set like this");
    }
    tcflush(fd, TCIOFLUSH);
    mw_port_init(port, fd, serial_protocol(serial));
    port->warnings = warnings;
    port->line.echo = serial->echo;
    port->io.set_line = serial_set_line;
    serial_remember(port, serial);
    return MW_OK;
}
