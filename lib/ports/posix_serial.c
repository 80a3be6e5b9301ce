/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* TIOCEXCL, flock(), baud rates above 38400 */

#include "port_internal.h"

#ifndef _WIN32

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/serial.h>
#endif

#include "posix_termios.h"

#define PARITY_FLAGS ((tcflag_t)(PARENB | PARODD | CSIZE))

static speed_t serial_speed(uint32_t baud)
{
    static const struct {
        uint32_t baud;
        speed_t speed;
    } speeds[] = {{300, B300},   {600, B600},     {1200, B1200},   {2400, B2400},   {4800, B4800},
                  {9600, B9600}, {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200}};
    size_t i = 0;
    while (speeds[i].baud != baud) {
        i++;
    }
    return speeds[i].speed;
}

mw_status mw_port_termios(const mw_serial *serial, struct termios *settings)
{
    struct termios raw;
    if (!mw_port_serial_exists(serial)) {
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
    cfsetispeed(&raw, serial_speed(mw_port_baud(serial)));
    cfsetospeed(&raw, serial_speed(mw_port_baud(serial)));
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

mw_status mw_serial_set(intptr_t handle, const mw_serial *serial, unsigned *warnings, const char **error)
{
    const int fd = (int)handle;
    struct termios settings;
    mw_status status = mw_port_termios(serial, &settings);
    if (status == MW_OK) {
        status = tcdrain(fd) == 0 ? serial_apply(fd, &settings, warnings) : MW_ERR_IO;
    }
    if (status == MW_OK && serial->rs485) {
        status = serial_set_rs485(fd);
    }
    if (status == MW_ERR_IO) {
        *error = strerror(errno);
    }
    if (status == MW_OK) {
        tcflush(fd, TCIFLUSH);
    }
    return status;
}

const char *mw_serial_open(const char *path, intptr_t *handle)
{
    const int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    const char *error = NULL;
    if (fd < 0) {
        return errno == EBUSY ? "in use by another program" : strerror(errno);
    }
    if (!isatty(fd)) {
        error = "not a serial port";
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0 || ioctl(fd, TIOCEXCL) != 0) {
        error = "in use by another program";
    }
    if (error != NULL) {
        close(fd);
        return error;
    }
    tcflush(fd, TCIOFLUSH);
    *handle = fd;
    return NULL;
}

void mw_serial_close(intptr_t handle)
{
    close((int)handle);
}

#endif
