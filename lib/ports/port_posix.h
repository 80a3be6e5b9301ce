/* SPDX-License-Identifier: MIT */
/* What the POSIX ports share. */
#ifndef MW_PORT_POSIX_H
#define MW_PORT_POSIX_H

#include <meterwire/port.h>

#include <termios.h>

/* The clock of the ports; user is not used. */
uint32_t mw_port_now_us(void *user);
/* Sets everything of a port but its handle's own settings, and takes the handle. */
void mw_port_init(mw_port *port, int fd, mw_protocol protocol);
/* The speed of a line, which M-Bus begins with 2400. */
uint32_t mw_port_baud(const mw_serial *serial);
/* Closes the descriptor, keeps `error` as the reason; returns `status`. */
mw_status mw_port_fail(mw_port *port, int fd, mw_status status, const char *error);

/* Raw 8 bit termios settings, computed without a port; MW_ERR_ARGUMENT for what does not exist. */
mw_status mw_port_termios(const mw_serial *serial, struct termios *settings);

#endif
