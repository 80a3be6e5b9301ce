/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* getaddrinfo() */

#include "port_internal.h"

#include <string.h>

#include "port_socket.h"

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

/* Winsock hands over options as bytes. */
static void tcp_set_option(mw_socket handle, int level, int option, int value)
{
    setsockopt(handle, level, option, (const char *)&value, sizeof value);
}

/* MW_OK; MW_ERR_TIMEOUT or MW_ERR_IO, and why. */
static mw_status tcp_failed(int error, const char **why)
{
    *why = mw_socket_text(error);
    return mw_socket_is_timeout(error) ? MW_ERR_TIMEOUT : MW_ERR_IO;
}

static mw_status tcp_connect(mw_socket handle, const struct addrinfo *address, uint32_t timeout_ms, const char **why)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (connect(handle, address->ai_addr, (socklen_t)address->ai_addrlen) == 0) {
        return MW_OK;
    }
    error = mw_socket_error();
    if (!mw_socket_is_connecting(error)) {
        return tcp_failed(error, why);
    }
    if (!mw_socket_wait_write(handle, timeout_ms)) {
        *why = "Connection timed out";
        return MW_ERR_TIMEOUT;
    }
    error = 0;
    if (getsockopt(handle, SOL_SOCKET, SO_ERROR, (char *)&error, &size) != 0) {
        error = mw_socket_error();
    }
    return error == 0 ? MW_OK : tcp_failed(error, why);
}

/* A connection to the first address that takes one. */
static mw_status tcp_connect_first(const struct addrinfo *list, uint32_t timeout_ms, mw_socket *handle,
                                   const char **why)
{
    mw_status status = MW_ERR_IO;
    for (const struct addrinfo *a = list; a != NULL && status != MW_OK; a = a->ai_next) {
        *handle = mw_socket_open(a);
        if (*handle == MW_SOCKET_NONE) {
            status = tcp_failed(mw_socket_error(), why);
            continue;
        }
        status = tcp_connect(*handle, a, timeout_ms, why);
        if (status != MW_OK) {
            mw_socket_close(*handle);
        }
    }
    return status;
}

static mw_status tcp_open(mw_port *port, const char *host, uint16_t number, mw_protocol protocol, uint32_t timeout_ms)
{
    struct addrinfo *list = NULL;
    const char *why = tcp_resolve(host, number, 0, &list);
    mw_socket handle = MW_SOCKET_NONE;
    mw_status status;
    if (why != NULL) {
        return mw_port_fail(port, MW_ERR_IO, why);
    }
    status = tcp_connect_first(list, timeout_ms != 0 ? timeout_ms : CONNECT_MS, &handle, &why);
    freeaddrinfo(list);
    if (status != MW_OK) {
        return mw_port_fail(port, status, why);
    }
    tcp_set_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
    mw_port_init_socket(port, (intptr_t)handle, protocol);
    return MW_OK;
}

mw_status mw_port_open_tcp(mw_port *port, const char *host, uint16_t number, mw_protocol protocol, uint32_t timeout_ms)
{
    const char *const why = mw_socket_begin();
    mw_status status;
    if (why != NULL) {
        return mw_port_fail(port, MW_ERR_IO, why);
    }
    status = tcp_open(port, host, number, protocol, timeout_ms);
    mw_socket_end();
    return status;
}

static mw_socket tcp_listen_at(const struct addrinfo *address, bool dual, const char **why)
{
    const mw_socket handle = mw_socket_open(address);
    if (handle == MW_SOCKET_NONE) {
        *why = mw_socket_text(mw_socket_error());
        return MW_SOCKET_NONE;
    }
    mw_socket_own_number(handle);
    if (dual) {
        tcp_set_option(handle, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    }
    if (bind(handle, address->ai_addr, (socklen_t)address->ai_addrlen) != 0 || listen(handle, BACKLOG) != 0) {
        *why = mw_socket_text(mw_socket_error());
        mw_socket_close(handle);
        return MW_SOCKET_NONE;
    }
    return handle;
}

static uint16_t tcp_bound(mw_socket handle)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memset(&address, 0, sizeof address);
    if (getsockname(handle, (struct sockaddr *)&address, &size) != 0) {
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
    const char *why = tcp_resolve(host, number, AI_PASSIVE, &list);
    mw_socket handle = MW_SOCKET_NONE;
    if (why != NULL) {
        return mw_port_fail(listener, MW_ERR_IO, why);
    }
    for (const struct addrinfo *a = list; a != NULL && handle == MW_SOCKET_NONE; a = a->ai_next) {
        handle = tcp_listen_at(a, dual, &why);
    }
    freeaddrinfo(list);
    if (handle == MW_SOCKET_NONE) {
        return mw_port_fail(listener, MW_ERR_IO, why);
    }
    mw_port_init_socket(listener, (intptr_t)handle, MW_PROTOCOL_TCP);
    if (bound != NULL) {
        *bound = tcp_bound(handle);
    }
    return MW_OK;
}

/* All addresses: one socket for both kinds, or for IPv4 where there is no IPv6. */
static mw_status tcp_listen_everywhere(mw_port *listener, uint16_t number, uint16_t *bound)
{
    return tcp_listen(listener, "::", number, true, bound) == MW_OK
               ? MW_OK
               : tcp_listen(listener, "0.0.0.0", number, false, bound);
}

mw_status mw_port_listen(mw_port *listener, const char *host, uint16_t number, uint16_t *bound)
{
    const char *const why = mw_socket_begin();
    mw_status status;
    if (why != NULL) {
        return mw_port_fail(listener, MW_ERR_IO, why);
    }
    status = host == NULL ? tcp_listen_everywhere(listener, number, bound)
                          : tcp_listen(listener, host, number, false, bound);
    mw_socket_end();
    return status;
}

mw_status mw_port_accept(mw_port *listener, mw_port *port)
{
    const mw_socket handle = mw_socket_accept((mw_socket)listener->handle);
    if (handle == MW_SOCKET_NONE) {
        const int error = mw_socket_error();
        return mw_socket_is_nobody(error) ? mw_port_fail(port, MW_AGAIN, NULL)
                                          : mw_port_fail(port, MW_ERR_IO, mw_socket_text(error));
    }
    tcp_set_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
    mw_port_init_socket(port, (intptr_t)handle, MW_PROTOCOL_TCP);
    return MW_OK;
}
