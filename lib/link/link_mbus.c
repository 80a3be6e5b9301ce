/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>
#include <meterwire/mbus.h>

#include "../mbus/mbus_internal.h"

/* A master's view of M-Bus: what answers a request, and who. */

#define MBUS_KEY 0x100u

/* C and A fields of a request, which may be a short frame or a long one. */
static const uint8_t *mbus_framer_fields(const uint8_t *request)
{
    return request + (request[0] == MW_MBUS_START_SHORT ? 1 : 4);
}

static bool mbus_framer_is_acked(unsigned c)
{
    return c == MW_MBUS_SND_NKE || c == MW_MBUS_SND_UD || c == MW_MBUS_REQ_UD1;
}

static bool mbus_framer_is_answered(unsigned c)
{
    return c == MW_MBUS_REQ_UD1 || c == MW_MBUS_REQ_UD2;
}

/* Behind 253 and 254 is a meter that answers with its own address. */
static bool mbus_framer_is_from(uint8_t asked, uint8_t address)
{
    return asked == address || asked == MW_MBUS_ADDRESS_SELECTED || asked == MW_MBUS_ADDRESS_ALL;
}

static mw_status mbus_framer_examine(const uint8_t *request, const uint8_t *bytes, size_t count, size_t *length)
{
    const uint8_t *const fields = mbus_framer_fields(request);
    const unsigned c = fields[0] & ~(unsigned)MW_MBUS_FCB;
    mw_mbus_frame frame;
    const mw_status status = mw_mbus_open(bytes, count, &frame, NULL);
    if (status != MW_OK) {
        return status;
    }
    *length = frame.length;
    if (frame.type == MW_MBUS_ACK) {
        return mbus_framer_is_acked(c) ? MW_OK : MW_ERR_MISMATCH;
    }
    if (!mbus_framer_is_answered(c) || frame.type == MW_MBUS_SHORT ||
        (frame.c & ~(unsigned)(MW_MBUS_ACD | MW_MBUS_DFC)) != MW_MBUS_RSP_UD ||
        !mbus_framer_is_from(fields[1], frame.address)) {
        return MW_ERR_MISMATCH;
    }
    return frame.ci >= MW_MBUS_CI_ERROR_SHORT && frame.ci <= MW_MBUS_CI_ERROR ? MW_ERR_REFUSED : MW_OK;
}

/* Every late answer fits some other request: E5 says nothing of who sent it nor for what, REQ_UD1 is answered by E5 or
 * by data, and a request to 253 or 254 is answered under any address. So all requests are one kind. */
static uint16_t mbus_framer_key(const uint8_t *request)
{
    return mbus_framer_fields(request)[1] == MW_MBUS_ADDRESS_SILENT ? MW_FRAMER_BROADCAST : MBUS_KEY;
}

/* 33 bits are 3 characters. */
const mw_framer mw_framer_mbus = {mbus_framer_examine, mbus_framer_key, 6, 0};
