/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>
#include <meterwire/version.h>

const char *mw_status_text(mw_status status)
{
    switch (status) {
    case MW_OK:
        return "ok";
    case MW_AGAIN:
        return "not finished yet";
    case MW_END:
        return "end";
    case MW_ERR_ARGUMENT:
        return "argument not allowed";
    case MW_ERR_SPACE:
        return "buffer too small";
    case MW_ERR_IO:
        return "port or connection failed";
    case MW_ERR_TIMEOUT:
        return "no answer";
    case MW_ERR_SHORT:
        return "answer stopped midway";
    case MW_ERR_FRAME:
        return "not a frame of this protocol";
    case MW_ERR_CHECK:
        return "wrong check sum";
    case MW_ERR_MISMATCH:
        return "answer to something else";
    case MW_ERR_REFUSED:
        return "refused by the device";
    case MW_ERR_VALUE:
        return "meaningless value";
    case MW_ERR_RANGE:
        return "value out of range";
    case MW_ERR_UNSUPPORTED:
        return "not supported";
    case MW_ERR_IN_USE:
        return "already in use";
    default:
        return "unknown status";
    }
}

const char *mw_version(void)
{
    return MW_VERSION;
}
