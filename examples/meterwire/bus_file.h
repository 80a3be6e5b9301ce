/* SPDX-License-Identifier: MIT */
/* A bus of simulated meters from a plain text file. */
#ifndef BUS_FILE_H
#define BUS_FILE_H

#include "simulated_bus.h"

/* Adds the meters of a file, "-" being the standard input. Gives TOOL_GOOD, or the exit code after an error that names
 * the line. */
int bus_file_load(simulated_bus *bus, const char *path);

#endif
