/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool.h"

#define LINE_SIZE 96

int tool_explain(const tool_line *line, const char *who, mw_status status, unsigned long timeout_ms)
{
    char where[LINE_SIZE];
    const bool tcp = tool_is_tcp(line->target);
    const bool gateway = tcp && strncmp(line->target, "tcp://", 6) != 0;
    tool_line_text(line->target, &line->serial, where, sizeof where);
    if (tool_interrupted()) {
        return tool_fail("interrupted");
    }
    switch ((int)status) {
    case MW_ERR_TIMEOUT:
        return tool_fail("no answer from %s at %s within %lu ms: check %s", who, where, timeout_ms,
                         line->serial.mbus ? "address, baud rate, the two wires, and the power of the level converter"
                         : tcp             ? "the unit number, and the wires behind a gateway"
                                           : "address, baud rate, parity, A/B wires");
    case MW_ERR_SHORT:
    case MW_ERR_FRAME:
    case MW_ERR_CHECK:
        return tool_fail("damaged answer from %s at %s (%s): check %s%s", who, where, mw_status_text(status),
                         tcp ? "that the other side speaks this protocol"
                             : "baud rate, parity, termination, and whether two devices have the same address",
                         gateway ? ", and baud rate, parity and wires behind the gateway" : "");
    case MW_ERR_MISMATCH:
        return tool_fail("%s at %s did not answer, but something else did: check the address, and whether another "
                         "master is on the line",
                         who, where);
    default:
        return tool_fail("%s: %s", line->target, line->port.error != NULL ? line->port.error : mw_status_text(status));
    }
}
