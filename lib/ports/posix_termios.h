/* SPDX-License-Identifier: MIT */
#ifndef MW_POSIX_TERMIOS_H
#define MW_POSIX_TERMIOS_H

#include <meterwire/port.h>

#include <termios.h>

/* Raw termios settings, computed without a port; MW_ERR_ARGUMENT for what does not exist. */
mw_status mw_port_termios(const mw_serial *serial, struct termios *settings);

#endif
