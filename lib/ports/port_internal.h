/* SPDX-License-Identifier: MIT */
/* What the ports share: port_*.c are for every system, posix_*.c and windows_*.c for one each. All are always compiled;
 * those of another system are empty then. */
#ifndef MW_PORT_INTERNAL_H
#define MW_PORT_INTERNAL_H

#include <meterwire/port.h>

/* How long a write may be held up before the port counts as broken. */
#define MW_PORT_WRITE_MS 5000

/* Sets everything of a port but its handle's own settings, and takes the handle. */
void mw_port_init(mw_port *port, intptr_t handle, mw_protocol protocol);
/* The same for a socket. */
void mw_port_init_socket(mw_port *port, intptr_t handle, mw_protocol protocol);
/* Forgets everything of a port that has nothing to close, keeps `error` as the reason; returns `status`. */
mw_status mw_port_fail(mw_port *port, mw_status status, const char *error);
/* Keeps `error` as the reason why an open line broke; returns MW_ERR_IO. */
mw_status mw_port_broken(mw_port *port, const char *error);

/* The speed of a line, which M-Bus begins with 2400. */
uint32_t mw_port_baud(const mw_serial *serial);
/* Whether there are such settings. */
bool mw_port_serial_exists(const mw_serial *serial);

/* What each system has. */

/* The clock of the ports; user is not used. */
uint32_t mw_port_now_us(void *user);
/* mw_io.write and mw_io.read; user is the port. */
mw_status mw_port_write(void *user, const uint8_t *bytes, size_t count);
mw_status mw_port_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count);
/* Opens a serial port for nobody else; null, or why it cannot be. */
const char *mw_serial_open(const char *path, intptr_t *handle);
void mw_serial_close(intptr_t handle);
/* Sets an open serial port, after what was sent is out, and forgets what came. MW_OK and warnings; MW_ERR_UNSUPPORTED
 * when the port cannot be set so; MW_ERR_IO and the reason. */
mw_status mw_serial_set(intptr_t handle, const mw_serial *serial, unsigned *warnings, const char **error);

#endif
