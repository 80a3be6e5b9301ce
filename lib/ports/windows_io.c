/* SPDX-License-Identifier: MIT */
#include "port_internal.h"

#ifdef _WIN32

#include "port_socket.h"

#include <limits.h>
#include <windows.h>

uint32_t mw_port_now_us(void *user)
{
    LARGE_INTEGER frequency;
    LARGE_INTEGER now;
    (void)user;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    return (uint32_t)(now.QuadPart / frequency.QuadPart * 1000000) +
           (uint32_t)(now.QuadPart % frequency.QuadPart * 1000000 / frequency.QuadPart);
}

/* Windows waits for milliseconds; never shorter than it was told. */
static DWORD windows_ms(uint32_t us)
{
    return us / 1000u + (us % 1000u != 0 ? 1 : 0);
}

static mw_status socket_write(mw_port *port, const uint8_t *bytes, size_t count)
{
    const mw_socket handle = (mw_socket)port->handle;
    while (count > 0) {
        const int n = send(handle, (const char *)bytes, count < INT_MAX ? (int)count : INT_MAX, 0);
        if (n >= 0) {
            bytes += n;
            count -= (size_t)n;
        } else if (mw_socket_error() != WSAEWOULDBLOCK) {
            return mw_port_broken(port, mw_socket_text(mw_socket_error()));
        } else if (!mw_socket_wait_write(handle, MW_PORT_WRITE_MS)) {
            return mw_port_broken(port, "cannot write: the line does not take any bytes");
        }
    }
    return MW_OK;
}

/* Whether there may be something to read. With no time to wait recv() tells as well, as it never waits. */
static bool socket_wait(mw_socket handle, uint32_t wait_us)
{
    const DWORD ms = windows_ms(wait_us);
    struct timeval time = {(long)(ms / 1000), (long)(ms % 1000) * 1000};
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(handle, &readable);
    return wait_us == 0 || select(0, &readable, NULL, NULL, &time) != 0;
}

static mw_status socket_read(mw_port *port, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    const mw_socket handle = (mw_socket)port->handle;
    int n;
    if (!socket_wait(handle, wait_us)) {
        return MW_OK;
    }
    n = recv(handle, (char *)bytes, size < INT_MAX ? (int)size : INT_MAX, 0);
    if (n > 0) {
        *count = (size_t)n;
        return MW_OK;
    }
    if (n == 0) {
        return mw_port_broken(port, "the other side has hung up");
    }
    return mw_socket_error() == WSAEWOULDBLOCK ? MW_OK : mw_port_broken(port, mw_socket_text(mw_socket_error()));
}

static mw_status serial_write(mw_port *port, const uint8_t *bytes, size_t count)
{
    while (count > 0) {
        DWORD n = 0;
        if (!WriteFile((HANDLE)port->handle, bytes, count < UINT16_MAX ? (DWORD)count : UINT16_MAX, &n, NULL)) {
            return mw_port_broken(port, "the device is gone (hang-up)");
        }
        if (n == 0) {
            return mw_port_broken(port, "cannot write: the line does not take any bytes");
        }
        bytes += n;
        count -= n;
    }
    return MW_OK;
}

/* These times make ReadFile() give what is there, or else wait for the first byte, but no longer than that. */
static bool serial_set_wait(HANDLE handle, uint32_t wait_us)
{
    COMMTIMEOUTS times = {MAXDWORD, MAXDWORD, 0, 0, MW_PORT_WRITE_MS};
    times.ReadTotalTimeoutConstant = windows_ms(wait_us);
    if (wait_us == 0) {
        times.ReadTotalTimeoutMultiplier = 0;
    }
    return SetCommTimeouts(handle, &times) != 0;
}

static mw_status serial_read(mw_port *port, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    const HANDLE handle = (HANDLE)port->handle;
    DWORD n = 0;
    DWORD errors;
    /* A driver may read nothing for ever from a device that is gone; it cannot tell its state any more, though. */
    if (!serial_set_wait(handle, wait_us) ||
        !ReadFile(handle, bytes, size < UINT16_MAX ? (DWORD)size : UINT16_MAX, &n, NULL) ||
        (n == 0 && !ClearCommError(handle, &errors, NULL))) {
        return mw_port_broken(port, "the device is gone (hang-up)");
    }
    *count = n;
    return MW_OK;
}

mw_status mw_port_write(void *user, const uint8_t *bytes, size_t count)
{
    mw_port *const port = (mw_port *)user;
    return port->socket ? socket_write(port, bytes, count) : serial_write(port, bytes, count);
}

mw_status mw_port_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    mw_port *const port = (mw_port *)user;
    *count = 0;
    return port->socket ? socket_read(port, bytes, size, wait_us, count)
                        : serial_read(port, bytes, size, wait_us, count);
}

#endif
