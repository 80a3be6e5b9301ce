/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* accept4() */

#include "port_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 3000
#define BACKLOG    64

/* Decimal text of a TCP port, as getaddrinfo() wants it. */
static void tcp_service(uint16_t number, char text[6])
{
    char digits[5];
    int n = 0;
    do {
        digits[n++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (n > 0) {
        *text++ = digits[--n];
    }
    *text = '\0';
}

static const char *tcp_resolve(const char *host, uint16_t number, int flags, struct addrinfo **list)
{
    struct addrinfo hints;
    char service[6];
    int result;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | flags;
    tcp_service(number, service);
    result = getaddrinfo(host, service, &hints, list);
    return result == 0 ? NULL : gai_strerror(result);
}

static void tcp_no_delay(int fd)
{
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Whether a connection came to an end, good or bad, in time; signals do not count. */
static bool tcp_wait(int fd, uint32_t timeout_ms)
{
    struct pollfd wait = {fd, POLLOUT, 0};
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

/* 0, or the error number; ETIMEDOUT after timeout_ms. */
static int tcp_connect(int fd, const struct addrinfo *address, uint32_t timeout_ms)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return errno;
    }
    if (!tcp_wait(fd, timeout_ms)) {
        return ETIMEDOUT;
    }
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

mw_status mw_port_open_tcp(mw_port *port, const char *host, uint16_t number, mw_protocol protocol, uint32_t timeout_ms)
{
    struct addrinfo *list = NULL;
    const char *const unknown = tcp_resolve(host, number, 0, &list);
    int error = 0;
    int fd = -1;
    if (unknown != NULL) {
        return mw_port_fail(port, -1, MW_ERR_IO, unknown);
    }
    for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
        error = fd < 0 ? errno : tcp_connect(fd, a, timeout_ms != 0 ? timeout_ms : CONNECT_MS);
        if (fd >= 0 && error != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    if (fd < 0) {
        return mw_port_fail(port, -1, error == ETIMEDOUT ? MW_ERR_TIMEOUT : MW_ERR_IO, strerror(error));
    }
    tcp_no_delay(fd);
    mw_port_init(port, fd, protocol);
    port->socket = true;
    return MW_OK;
}

static int tcp_listen_at(const struct addrinfo *address, bool dual)
{
    const int on = 1;
    const int off = 0;
    const int fd =
        socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (dual) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        const int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static uint16_t tcp_bound(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memset(&address, 0, sizeof address);
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        return 0;
    }
    if (address.ss_family == AF_INET6) {
        memcpy(&v6, &address, sizeof v6);
        return ntohs(v6.sin6_port);
    }
    memcpy(&v4, &address, sizeof v4);
    return ntohs(v4.sin_port);
}

/* `dual`: at an address of IPv6, for IPv4, too. */
static mw_status tcp_listen(mw_port *listener, const char *host, uint16_t number, bool dual, uint16_t *bound)
{
    struct addrinfo *list = NULL;
    const char *const unknown = tcp_resolve(host, number, AI_PASSIVE, &list);
    int fd = -1;
    int error = 0;
    if (unknown != NULL) {
        return mw_port_fail(listener, -1, MW_ERR_IO, unknown);
    }
    for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next) {
        fd = tcp_listen_at(a, dual);
        error = errno;
    }
    freeaddrinfo(list);
    if (fd < 0) {
        return mw_port_fail(listener, -1, MW_ERR_IO, strerror(error));
    }
    mw_port_init(listener, fd, MW_PROTOCOL_TCP);
    if (bound != NULL) {
        *bound = tcp_bound(fd);
    }
    return MW_OK;
}

mw_status mw_port_listen(mw_port *listener, const char *host, uint16_t number, uint16_t *bound)
{
    if (host != NULL) {
        return tcp_listen(listener, host, number, false, bound);
    }
    /* One socket for both, or for IPv4 where there is no IPv6. */
    return tcp_listen(listener, "::", number, true, bound) == MW_OK
               ? MW_OK
               : tcp_listen(listener, "0.0.0.0", number, false, bound);
}

mw_status mw_port_accept(mw_port *listener, mw_port *port)
{
    const int fd = accept4((int)listener->handle, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        const bool none = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ECONNABORTED;
        return mw_port_fail(port, -1, none ? MW_AGAIN : MW_ERR_IO, none ? NULL : strerror(errno));
    }
    tcp_no_delay(fd);
    mw_port_init(port, fd, MW_PROTOCOL_TCP);
    port->socket = true;
    return MW_OK;
}
