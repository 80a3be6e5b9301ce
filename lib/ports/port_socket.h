/* SPDX-License-Identifier: MIT */
/* What the sockets of systems differ in. */
#ifndef MW_PORT_SOCKET_H
#define MW_PORT_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
typedef SOCKET mw_socket;
#else
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
typedef int mw_socket;
#endif

#define MW_SOCKET_NONE ((mw_socket)-1)

struct addrinfo;

/* To be called before anything else is done with sockets, and after: null, or why there are none. A socket that is open
 * counts by itself. */
const char *mw_socket_begin(void);
void mw_socket_end(void);

/* A socket that never waits and that no other program inherits; MW_SOCKET_NONE on an error. */
mw_socket mw_socket_open(const struct addrinfo *address);
mw_socket mw_socket_accept(mw_socket listener);
void mw_socket_close(mw_socket handle);

/* Lets a listener have its number for itself, even while former connections with that number fade away. */
void mw_socket_own_number(mw_socket listener);
/* Whether it takes bytes, or its connection came to an end, good or bad, in time; signals do not count. */
bool mw_socket_wait_write(mw_socket handle, uint32_t timeout_ms);

/* The error of the last call, what it means and what to call it. */
int mw_socket_error(void);
bool mw_socket_is_connecting(int error);
bool mw_socket_is_nobody(int error); /* nobody to accept, or not any more */
bool mw_socket_is_timeout(int error);
const char *mw_socket_text(int error);

#endif
