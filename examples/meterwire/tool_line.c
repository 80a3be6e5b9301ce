/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tool.h"

/* What most meters come with. */

int tool_line_option(tool_line *line, const char *command, int option, const char *argument)
{
    unsigned long n;
    switch (option) {
    case TOOL_OPT_BAUD:
        if (!tool_number(argument, 300, 115200, &n)) {
            return tool_misuse(command, "--baud needs a speed from 300 to 115200, not '%s'", argument);
        }
        line->serial.baud = (uint32_t)n;
        return TOOL_GOOD;
    case TOOL_OPT_PARITY:
        line->parity_given = true;
        return tool_parity(argument, &line->serial.parity)
                   ? TOOL_GOOD
                   : tool_no_word(command, "--parity", "even|none|odd", argument);
    case TOOL_OPT_MBUS:
        line->serial.mbus = true;
        return TOOL_GOOD;
    case TOOL_OPT_ASCII:
        line->serial.ascii = true;
        return TOOL_GOOD;
    case TOOL_OPT_DATA_BITS:
        if (!tool_number(argument, 7, 8, &n)) {
            return tool_misuse(command, "--data-bits is 7 or 8, not '%s'", argument);
        }
        line->serial.data_bits = (uint8_t)n;
        return TOOL_GOOD;
    default:
        line->trace = true;
        return TOOL_GOOD;
    }
}

static void line_trace(void *user, bool sent, const uint8_t *bytes, size_t count)
{
    const mw_port *const port = (const mw_port *)user;
    fprintf(stderr, "%10lu us %s", (unsigned long)port->io.now_us(port->io.user), sent ? ">" : "<");
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, " %02X", bytes[i]);
    }
    fputc('\n', stderr);
}

/* The port's own function, unless the user has had enough. Waiting less than the link wants does no harm. */
static mw_status (*line_port_read)(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count);

static mw_status line_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    const uint32_t most_us = TOOL_WAIT_MS * 1000;
    *count = 0;
    return tool_interrupted() ? MW_ERR_IO
                              : line_port_read(user, bytes, size, wait_us < most_us ? wait_us : most_us, count);
}

int tool_line_settle(tool_line *line, const char *command, uint32_t baud, uint8_t parity)
{
    if (line->serial.mbus && tool_is_tcp(line->target) && !tool_is_mbus_tcp(line->target)) {
        return tool_misuse(command, "M-Bus over TCP is mbus+tcp://HOST:PORT, not %s", line->target);
    }
    line->serial.mbus = line->serial.mbus || tool_is_mbus_tcp(line->target);
    if (line->serial.baud == 0) {
        line->serial.baud = baud != 0 ? baud : line->serial.mbus ? TOOL_MBUS_BAUD : TOOL_MODBUS_BAUD;
    }
    if (!line->parity_given) {
        line->serial.parity = parity;
    }
    if (line->serial.ascii && line->serial.data_bits == 0) { /* pseudo-terminals have 8 and nothing else */
        line->serial.data_bits = tool_is_pseudo_terminal(line->target) ? 8 : 7;
    }
    return TOOL_GOOD;
}

mw_status tool_line_connect(tool_line *line)
{
    const mw_status status = mw_port_open(&line->port, line->target, &line->serial);
    if (status != MW_OK) {
        return status;
    }
    if ((line->port.warnings & MW_PORT_PARITY_NOT_APPLIED) != 0 && !line->warned &&
        !tool_is_pseudo_terminal(line->target)) {
        fprintf(stderr, "meterwire: warning: %s did not take the parity\n", line->target);
        line->warned = true;
    }
    if (line->trace) {
        line->port.io.trace = line_trace;
    }
    line_port_read = line->port.io.read;
    line->port.io.read = line_read;
    return MW_OK;
}

int tool_line_open(tool_line *line, const char *command, uint32_t baud, uint8_t parity)
{
    const int code = tool_line_settle(line, command, baud, parity);
    mw_status status;
    if (code != TOOL_GOOD) {
        return code;
    }
    status = tool_line_connect(line);
    if (status != MW_OK) {
        return tool_bad_target(line, command, status);
    }
    tool_catch_signals(); /* not before: connecting may take long, and does not heed them */
    return TOOL_GOOD;
}
