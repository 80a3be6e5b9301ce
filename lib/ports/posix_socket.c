/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* accept4() */

#include "port_internal.h"

#ifndef _WIN32

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "port_socket.h"

const char *mw_socket_begin(void)
{
    return NULL;
}

void mw_socket_end(void)
{
}

mw_socket mw_socket_open(const struct addrinfo *address)
{
    return socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);
}

mw_socket mw_socket_accept(mw_socket listener)
{
    return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void mw_socket_close(mw_socket handle)
{
    const int error = errno;
    close(handle);
    errno = error;
}

void mw_socket_own_number(mw_socket listener)
{
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

bool mw_socket_wait_write(mw_socket handle, uint32_t timeout_ms)
{
    struct pollfd wait = {handle, POLLOUT, 0};
    uint32_t begin_us = mw_port_now_us(NULL);
    for (;;) {
        const int ready = poll(&wait, 1, (int)timeout_ms);
        const uint32_t passed_ms = (mw_port_now_us(NULL) - begin_us) / 1000;
        if (ready >= 0 || errno != EINTR) {
            return ready > 0;
        }
        timeout_ms = passed_ms < timeout_ms ? timeout_ms - passed_ms : 0;
        begin_us += passed_ms * 1000;
    }
}

int mw_socket_error(void)
{
    return errno;
}

bool mw_socket_is_connecting(int error)
{
    return error == EINPROGRESS;
}

bool mw_socket_is_nobody(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ECONNABORTED;
}

bool mw_socket_is_timeout(int error)
{
    return error == ETIMEDOUT;
}

const char *mw_socket_text(int error)
{
    return strerror(error);
}

#endif
