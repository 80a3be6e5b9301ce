/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tool.h"

#define LINE_SIZE 96

void tool_reason(const tool_line *line, const char *who, mw_status status, unsigned long timeout_ms,
                 char out[TOOL_REASON_SIZE])
{
    char where[LINE_SIZE];
    const bool tcp = tool_is_tcp(line->target);
    const bool gateway = tcp && strncmp(line->target, "tcp://", 6) != 0;
    tool_line_text(line->target, &line->serial, where, sizeof where);
    if (tool_interrupted()) {
        snprintf(out, TOOL_REASON_SIZE, "interrupted");
        return;
    }
    switch ((int)status) {
    case MW_ERR_TIMEOUT:
        snprintf(out, TOOL_REASON_SIZE, "no answer from %s at %s within %lu ms: check %s", who, where, timeout_ms,
                 line->serial.mbus ? "address, baud rate, the two wires, and the power of the level converter"
                 : tcp             ? "the unit number, and the wires behind a gateway"
                                   : "address, baud rate, parity, A/B wires");
        break;
    case MW_ERR_SHORT:
    case MW_ERR_FRAME:
    case MW_ERR_CHECK:
        snprintf(out, TOOL_REASON_SIZE, "damaged answer from %s at %s (%s): check %s%s", who, where,
                 mw_status_text(status),
                 tcp ? "that the other side speaks this protocol"
                     : "baud rate, parity, termination, and whether two devices have the same address",
                 gateway ? ", and baud rate, parity and wires behind the gateway" : "");
        break;
    case MW_ERR_MISMATCH:
        snprintf(out, TOOL_REASON_SIZE,
                 "%s at %s did not answer, but something else did: check the address, and whether another "
                 "master is on the line",
                 who, where);
        break;
    default:
        snprintf(out, TOOL_REASON_SIZE, "%s: %s", line->target,
                 line->port.error != NULL ? line->port.error : mw_status_text(status));
        break;
    }
}

int tool_explain(const tool_line *line, const char *who, mw_status status, unsigned long timeout_ms)
{
    char reason[TOOL_REASON_SIZE];
    tool_reason(line, who, status, timeout_ms, reason);
    return tool_fail("%s", reason);
}
