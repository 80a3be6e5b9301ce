/* SPDX-License-Identifier: MIT */
#include "port_internal.h"

#ifdef _WIN32

#include <string.h>
#include <windows.h>

#define DEVICE_PREFIX "\\\\.\\"
#define DEVICE_SIZE   64

static const char *serial_text(DWORD error)
{
    switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
        return "no such port";
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION: /* Wine's */
        return "in use by another program";
    case ERROR_GEN_FAILURE:
    case ERROR_BAD_COMMAND:
    case ERROR_DEVICE_NOT_CONNECTED:
        return "the device is gone (hang-up)";
    default:
        return "an error of Windows; GetLastError() has its number";
    }
}

/* "COM7" as well as "\\.\COM7"; from COM10 on only that is known to Windows. */
static bool serial_device(const char *path, char device[DEVICE_SIZE])
{
    const size_t prefix = *path == '\\' ? 0 : strlen(DEVICE_PREFIX);
    const size_t length = strlen(path);
    if (prefix + length >= DEVICE_SIZE) {
        return false;
    }
    memcpy(device, DEVICE_PREFIX, prefix);
    memcpy(device + prefix, path, length + 1);
    return true;
}

/* DTR and RTS are on, which some adapters live on. */
static void serial_dcb(const mw_serial *serial, DCB *dcb)
{
    static const BYTE parities[] = {EVENPARITY, NOPARITY, ODDPARITY}; /* by mw_parity */
    memset(dcb, 0, sizeof *dcb);
    dcb->DCBlength = sizeof *dcb;
    dcb->BaudRate = mw_port_baud(serial);
    dcb->fBinary = TRUE;
    dcb->ByteSize = serial->data_bits == 7 ? 7 : 8;
    dcb->Parity = parities[serial->parity];
    dcb->StopBits = serial->stop_bits == 2 ? TWOSTOPBITS : ONESTOPBIT;
    dcb->fDtrControl = DTR_CONTROL_ENABLE;
    dcb->fRtsControl = serial->rs485 ? RTS_CONTROL_TOGGLE : RTS_CONTROL_ENABLE;
    if (serial->parity != MW_PARITY_NONE) {
        dcb->fParity = TRUE;
        dcb->fErrorChar = TRUE; /* a damaged byte reads as 0, and the check of its frame fails */
    }
}

/* Applies settings and reads them back: a driver may refuse all because of one. */
static mw_status serial_apply(HANDLE port, const mw_serial *serial, unsigned *warnings)
{
    DCB wanted;
    DCB got;
    serial_dcb(serial, &wanted);
    memset(&got, 0, sizeof got);
    got.DCBlength = sizeof got;
    if ((!SetCommState(port, &wanted) && GetLastError() != ERROR_INVALID_PARAMETER) || !GetCommState(port, &got)) {
        return MW_ERR_IO;
    }
    if (got.BaudRate != wanted.BaudRate || got.StopBits != wanted.StopBits ||
        (serial->rs485 && got.fRtsControl != RTS_CONTROL_TOGGLE)) {
        return MW_ERR_UNSUPPORTED;
    }
    *warnings = got.Parity != wanted.Parity || got.ByteSize != wanted.ByteSize ? MW_PORT_PARITY_NOT_APPLIED : 0;
    return MW_OK;
}

mw_status mw_serial_set(intptr_t handle, const mw_serial *serial, unsigned *warnings, const char **error)
{
    const HANDLE port = (HANDLE)handle;
    const mw_status status = FlushFileBuffers(port) ? serial_apply(port, serial, warnings) : MW_ERR_IO;
    if (status == MW_ERR_IO) {
        *error = serial_text(GetLastError());
    }
    if (status == MW_OK) {
        PurgeComm(port, PURGE_RXCLEAR);
    }
    return status;
}

static const char *serial_check(HANDLE port)
{
    DCB dcb;
    memset(&dcb, 0, sizeof dcb);
    dcb.DCBlength = sizeof dcb;
    return GetFileType(port) == FILE_TYPE_CHAR && GetCommState(port, &dcb) ? NULL : "not a serial port";
}

const char *mw_serial_open(const char *path, intptr_t *handle)
{
    char device[DEVICE_SIZE];
    const char *error;
    HANDLE port;
    if (!serial_device(path, device)) {
        return "no such port";
    }
    port = CreateFileA(device, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (port == INVALID_HANDLE_VALUE) {
        return serial_text(GetLastError());
    }
    error = serial_check(port);
    if (error != NULL) {
        CloseHandle(port);
        return error;
    }
    PurgeComm(port, PURGE_RXCLEAR | PURGE_TXCLEAR);
    *handle = (intptr_t)port;
    return NULL;
}

void mw_serial_close(intptr_t handle)
{
    CloseHandle((HANDLE)handle);
}

#endif
