/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* ppoll(), which waits for microseconds */

#include "port_internal.h"

#ifndef _WIN32

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

uint32_t mw_port_now_us(void *user)
{
    struct timespec now;
    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)now.tv_sec * 1000000u + (uint32_t)(now.tv_nsec / 1000);
}

static ssize_t posix_write_some(const mw_port *port, const uint8_t *bytes, size_t count)
{
    /* Without the signal for a connection whose other side is gone. */
    return port->socket ? send((int)port->handle, bytes, count, MSG_NOSIGNAL) : write((int)port->handle, bytes, count);
}

mw_status mw_port_write(void *user, const uint8_t *bytes, size_t count)
{
    mw_port *const port = (mw_port *)user;
    while (count > 0) {
        const ssize_t n = posix_write_some(port, bytes, count);
        if (n >= 0) {
            bytes += n;
            count -= (size_t)n;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {(int)port->handle, POLLOUT, 0};
            if (poll(&wait, 1, MW_PORT_WRITE_MS) == 0) {
                return mw_port_broken(port, "cannot write: the line does not take any bytes");
            }
        } else if (errno != EINTR) {
            return mw_port_broken(port, errno == EIO ? "the device is gone (hang-up)" : strerror(errno));
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

mw_status mw_port_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
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
        return mw_port_broken(port, "the other side has hung up");
    }
    if (errno == EAGAIN || errno == EINTR) {
        return MW_OK;
    }
    return mw_port_broken(port, errno == EIO ? "the device is gone (hang-up)" : strerror(errno));
}

#endif
