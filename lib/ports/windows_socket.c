/* SPDX-License-Identifier: MIT */
#include "port_internal.h"

#ifdef _WIN32

#include "port_socket.h"

#include <windows.h>

#ifdef _MSC_VER
#pragma comment(lib, "ws2_32.lib")
#endif

/* Winsock counts who needs it. */
const char *mw_socket_begin(void)
{
    WSADATA data;
    const int error = WSAStartup(MAKEWORD(2, 2), &data);
    return error == 0 ? NULL : mw_socket_text(error);
}

void mw_socket_end(void)
{
    WSACleanup();
}

static mw_socket socket_ready(mw_socket handle)
{
    u_long on = 1;
    WSADATA data;
    if (handle != MW_SOCKET_NONE) {
        ioctlsocket(handle, (long)FIONBIO, &on);
        SetHandleInformation((HANDLE)handle, HANDLE_FLAG_INHERIT, 0);
        (void)WSAStartup(MAKEWORD(2, 2), &data); /* succeeds, as it has already */
    }
    return handle;
}

mw_socket mw_socket_open(const struct addrinfo *address)
{
    return socket_ready(socket(address->ai_family, address->ai_socktype, address->ai_protocol));
}

mw_socket mw_socket_accept(mw_socket listener)
{
    return socket_ready(accept(listener, NULL, NULL));
}

void mw_socket_close(mw_socket handle)
{
    const int error = WSAGetLastError();
    closesocket(handle);
    WSACleanup();
    WSASetLastError(error);
}

/* SO_REUSEADDR would let two listeners have one number. */
void mw_socket_own_number(mw_socket listener)
{
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&on, sizeof on);
}

bool mw_socket_wait_write(mw_socket handle, uint32_t timeout_ms)
{
    struct timeval time = {(long)(timeout_ms / 1000), (long)(timeout_ms % 1000) * 1000};
    fd_set writable;
    fd_set failed; /* a refused connection is here only */
    FD_ZERO(&writable);
    FD_SET(handle, &writable);
    FD_ZERO(&failed);
    FD_SET(handle, &failed);
    return select(0, NULL, &writable, &failed, &time) > 0;
}

int mw_socket_error(void)
{
    return WSAGetLastError();
}

bool mw_socket_is_connecting(int error)
{
    return error == WSAEWOULDBLOCK;
}

bool mw_socket_is_nobody(int error)
{
    return error == WSAEWOULDBLOCK || error == WSAEINTR || error == WSAECONNRESET;
}

bool mw_socket_is_timeout(int error)
{
    return error == WSAETIMEDOUT;
}

/* Those of Windows itself need a buffer, and are in the language of the user. */
const char *mw_socket_text(int error)
{
    static const struct {
        int error;
        const char *text;
    } texts[] = {{WSAECONNREFUSED, "Connection refused"},
                 {WSAETIMEDOUT, "Connection timed out"},
                 {WSAECONNRESET, "Connection reset by peer"},
                 {WSAECONNABORTED, "Connection aborted"},
                 {WSAESHUTDOWN, "Connection aborted"},
                 {WSAENETDOWN, "Network is down"},
                 {WSAENETUNREACH, "Network is unreachable"},
                 {WSAEHOSTUNREACH, "No route to host"},
                 {WSAEADDRINUSE, "Address already in use"},
                 {WSAEADDRNOTAVAIL, "Cannot assign requested address"},
                 {WSAEACCES, "Permission denied"},
                 {WSAEMFILE, "Too many open files"},
                 {WSAENOBUFS, "No buffer space available"},
                 {WSAEAFNOSUPPORT, "Address family not supported"},
                 {WSASYSNOTREADY, "Windows has no network"},
                 {WSAVERNOTSUPPORTED, "Windows has no Winsock 2.2"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].error == error) {
            return texts[i].text;
        }
    }
    return "an error of Winsock; WSAGetLastError() has its number";
}

#endif
