/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* ppoll(), which waits for microseconds */

#include "port_posix.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* How long a write may be held up before the port counts as broken. */
#define WRITE_MS         5000
/* Modbus ASCII lets as much time pass between characters (SL 2.5.2.1). */
#define ASCII_SILENCE_US 1000000u

uint32_t mw_port_now_us(void *user)
{
    struct timespec now;
    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)now.tv_sec * 1000000u + (uint32_t)(now.tv_nsec / 1000);
}

static mw_status posix_broken(mw_port *port, const char *error)
{
    port->error = error;
    return MW_ERR_IO;
}

static ssize_t posix_write_some(const mw_port *port, const uint8_t *bytes, size_t count)
{
    /* Without the signal for a connection whose other side is gone. */
    return port->socket ? send((int)port->handle, bytes, count, MSG_NOSIGNAL) : write((int)port->handle, bytes, count);
}

static mw_status posix_write(void *user, const uint8_t *bytes, size_t count)
{
    mw_port *const port = (mw_port *)user;
    while (count > 0) {
        const ssize_t n = posix_write_some(port, bytes, count);
        if (n >= 0) {
            bytes += n;
            count -= (size_t)n;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {(int)port->handle, POLLOUT, 0};
            if (poll(&wait, 1, WRITE_MS) == 0) {
                return posix_broken(port, "cannot write: the line does not take any bytes");
            }
        } else if (errno != EINTR) {
            return posix_broken(port, errno == EIO ? "the device is gone (hang-up)" : strerror(errno));
        }
    }
    return MW_OK;
}

/* Whether there may be something to read. With no time to wait read() tells as well, as it never waits. */
static bool posix_wait(const mw_port *port, uint32_t wait_us)
{
    struct pollfd wait = {(int)port->handle, POLLIN, 0};
    const struct timespec time = {(time_t)(wait_us / 1000000u), (long)(wait_us % 1000000u) * 1000};
    return wait_us == 0 || ppoll(&wait, 1, &time, NULL) > 0;
}

static mw_status posix_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    mw_port *const port = (mw_port *)user;
    ssize_t n;
    *count = 0;
    if (!posix_wait(port, wait_us)) {
        return MW_OK; /* nothing came, or a signal did */
    }
    n = read((int)port->handle, bytes, size);
    if (n > 0) {
        *count = (size_t)n;
        return MW_OK;
    }
    if (n == 0) {
        return posix_broken(port, "the other side has hung up");
    }
    if (errno == EAGAIN || errno == EINTR) {
        return MW_OK;
    }
    return posix_broken(port, errno == EIO ? "the device is gone (hang-up)" : strerror(errno));
}

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
    return posix_write(user, text, length);
}

static mw_status ascii_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    mw_port *const port = (mw_port *)user;
    const mw_status status = posix_read(user, bytes, size, wait_us, count);
    *count = mw_modbus_ascii_receive(&port->ascii, bytes, *count);
    return status;
}

void mw_port_init(mw_port *port, int fd, mw_protocol protocol)
{
    static const mw_framer *const framers[] = {&mw_framer_rtu, &mw_framer_tcp, &mw_framer_mbus,
                                               &mw_framer_rtu}; /* by mw_protocol */
    memset(port, 0, sizeof *port);
    port->handle = fd;
    port->protocol = protocol;
    port->io.user = port;
    port->io.write = posix_write;
    port->io.read = posix_read;
    port->io.now_us = mw_port_now_us;
    if (protocol == MW_PROTOCOL_ASCII) {
        port->io.write = ascii_write;
        port->io.read = ascii_read;
        port->line.silence_us = ASCII_SILENCE_US;
    }
    mw_link_init(&port->link, framers[protocol], &port->line, port->buffer, sizeof port->buffer, mw_port_now_us(port));
}

mw_status mw_port_fail(mw_port *port, int fd, mw_status status, const char *error)
{
    if (fd >= 0) {
        close(fd);
    }
    memset(port, 0, sizeof *port);
    port->handle = -1;
    port->error = error;
    return status;
}

void mw_port_close(mw_port *port)
{
    if (port->handle >= 0) {
        close((int)port->handle);
        port->handle = -1;
    }
}
