/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus_slave.h>

#include "mbus_internal.h"

/* Selection: identification, manufacturer, version, medium; then, when enhanced, DIF, VIF and fabrication number. */
#define SLAVE_SELECT_BYTES    8u
#define SLAVE_ENHANCED_BYTES  14u
#define SLAVE_DIF_BCD8        0x0Cu
#define SLAVE_VIF_FABRICATION 0x78u

static uint16_t slave_acknowledge(const mw_mbus_slave *slave)
{
    slave->reply[0] = MW_MBUS_E5;
    return 1;
}

static bool slave_is_send(const mw_mbus_frame *frame)
{
    return frame->type >= MW_MBUS_CONTROL && (frame->c & ~(unsigned)MW_MBUS_FCB) == MW_MBUS_SND_UD;
}

static bool slave_is_selection(const mw_mbus_frame *frame)
{
    return slave_is_send(frame) && frame->address == MW_MBUS_ADDRESS_SELECTED &&
           (frame->ci == MW_MBUS_CI_SELECT || frame->ci == MW_MBUS_CI_SELECT_MSB_FIRST);
}

/* Whether a frame is for this slave, selections always are. What nobody may answer is not asked for. */
static bool slave_is_meant(const mw_mbus_slave *slave, const mw_mbus_frame *frame)
{
    switch (frame->address) {
    case MW_MBUS_ADDRESS_SELECTED:
        return slave->selected || slave_is_selection(frame);
    case MW_MBUS_ADDRESS_ALL:
        return true;
    case MW_MBUS_ADDRESS_SILENT:
        return slave_is_send(frame) || frame->c == MW_MBUS_SND_NKE;
    default:
        return frame->address == slave->address;
    }
}

/* ---- selection ---- */

static bool slave_matches_digits(uint32_t digits, uint64_t wanted)
{
    for (unsigned i = 0; i < 8; i++, digits >>= 4, wanted >>= 4) {
        if ((wanted & 0xF) != 0xF && (wanted & 0xF) != (digits & 0xF)) {
            return false;
        }
    }
    return true;
}

/* What may follow the eight bytes: the fabrication number. */
static bool slave_matches_more(const mw_mbus_slave *slave, const mw_mbus_frame *frame, bool msb_first)
{
    const uint8_t *const more = frame->data + SLAVE_SELECT_BYTES;
    if (frame->data_bytes == SLAVE_SELECT_BYTES) {
        return true;
    }
    return frame->data_bytes == SLAVE_ENHANCED_BYTES && more[0] == SLAVE_DIF_BCD8 && more[1] == SLAVE_VIF_FABRICATION &&
           slave_matches_digits(slave->fabrication, mw_mbus_unsigned(more + 2, 4, msb_first));
}

static bool slave_matches(const mw_mbus_slave *slave, const mw_mbus_frame *frame)
{
    const uint8_t *const data = frame->data;
    const bool msb_first = frame->ci == MW_MBUS_CI_SELECT_MSB_FIRST;
    uint64_t manufacturer;
    if (frame->data_bytes < SLAVE_SELECT_BYTES) {
        return false;
    }
    manufacturer = mw_mbus_unsigned(data + 4, 2, msb_first);
    return slave_matches_digits(slave->header.id, mw_mbus_unsigned(data, 4, msb_first)) &&
           (manufacturer == 0xFFFF || manufacturer == slave->header.manufacturer) &&
           (data[6] == 0xFF || data[6] == slave->header.version) &&
           (data[7] == 0xFF || data[7] == slave->header.medium) && slave_matches_more(slave, frame, msb_first);
}

static uint16_t slave_select(mw_mbus_slave *slave, const mw_mbus_frame *frame)
{
    slave->selected = slave_matches(slave, frame);
    if (!slave->selected) {
        return 0;
    }
    slave->telegram = 0;
    return slave_acknowledge(slave);
}

/* ---- readout ---- */

static uint16_t slave_report(mw_mbus_slave *slave, uint8_t error)
{
    mw_mbus_draft draft;
    size_t length = 0;
    mw_mbus_begin(&draft, slave->reply, MW_MBUS_FRAME_MAX, MW_MBUS_RSP_UD, slave->address, MW_MBUS_CI_ERROR);
    mw_mbus_put_bytes(&draft, &error, 1);
    (void)mw_mbus_finish(&draft, &length);
    return (uint16_t)length;
}

static uint16_t slave_read(mw_mbus_slave *slave)
{
    static const uint8_t more_follows = MW_MBUS_DIF_MORE;
    mw_mbus_draft draft;
    size_t length = 0;
    bool more = false;
    mw_status status;
    if (slave->error != 0) {
        const uint8_t error = (uint8_t)(slave->error - 1);
        slave->error = 0;
        return slave_report(slave, error);
    }
    mw_mbus_begin(&draft, slave->reply, MW_MBUS_FRAME_MAX, MW_MBUS_RSP_UD, slave->address, MW_MBUS_CI_VARIABLE);
    mw_mbus_put_header(&draft, &slave->header);
    status = slave->readout(slave->user, slave->application, slave->telegram, &draft, &more);
    if (more) {
        mw_mbus_put_bytes(&draft, &more_follows, 1);
    }
    if (status != MW_OK || mw_mbus_finish(&draft, &length) != MW_OK) {
        slave->telegram = 0;
        return slave_report(slave, MW_MBUS_ERROR_UNSPECIFIED);
    }
    slave->header.access++;
    slave->telegram = (uint8_t)(more ? slave->telegram + 1 : 0);
    return (uint16_t)length;
}

/* ---- what a master sends ---- */

static void slave_set_application(mw_mbus_slave *slave, const mw_mbus_frame *frame)
{
    slave->application = (uint8_t)(frame->data_bytes > 0 ? frame->data[0] >> 4 : 0);
    slave->telegram = 0;
    slave->error = 0;
}

/* Hands what was sent to the application. What was wrong is told in the next readout. */
static void slave_receive(mw_mbus_slave *slave, const uint8_t *request, size_t count)
{
    mw_mbus_telegram telegram;
    uint8_t code = MW_MBUS_ERROR_CI;
    mw_status status = MW_ERR_UNSUPPORTED;
    if (slave->receive != NULL) {
        status = mw_mbus_decode(request, count, &telegram, NULL);
        if (status == MW_OK) {
            code = 0;
            status = slave->receive(slave->user, &telegram, &code);
        } else if (status == MW_ERR_SHORT) {
            code = MW_MBUS_ERROR_PREMATURE_END;
        }
    }
    if (status != MW_OK) {
        slave->error = (uint16_t)(code + 1);
    }
}

static uint16_t slave_answer_long(mw_mbus_slave *slave, const mw_mbus_frame *frame, const uint8_t *request,
                                  size_t count)
{
    if (!slave_is_send(frame)) {
        return 0;
    }
    switch (frame->ci) {
    case MW_MBUS_CI_SELECT:
    case MW_MBUS_CI_SELECT_MSB_FIRST:
        return slave_is_selection(frame) ? slave_select(slave, frame) : 0;
    case MW_MBUS_CI_APPLICATION:
        slave_set_application(slave, frame);
        break;
    default:
        slave_receive(slave, request, count);
        break;
    }
    return slave_acknowledge(slave);
}

static uint16_t slave_answer_short(mw_mbus_slave *slave, const mw_mbus_frame *frame)
{
    switch (frame->c) {
    case MW_MBUS_SND_NKE:
        slave->telegram = 0;
        if (frame->address == MW_MBUS_ADDRESS_SELECTED) {
            slave->selected = false;
        }
        return slave_acknowledge(slave);
    case MW_MBUS_REQ_UD1:
    case MW_MBUS_REQ_UD1 | MW_MBUS_FCB:
        return slave_acknowledge(slave);
    case MW_MBUS_REQ_UD2:
    case MW_MBUS_REQ_UD2 | MW_MBUS_FCB:
        return slave_read(slave);
    default:
        return 0;
    }
}

/* ---- repetition ---- */

/* Whether it is the last request again. Its checksum tells commands apart, as there are masters that never toggle the
 * frame count bit of what they send. */
static bool slave_is_repetition(const mw_mbus_slave *slave, const mw_mbus_frame *frame, uint8_t check)
{
    return slave->reply_length > 0 && frame->c == slave->last_c && frame->address == slave->last_address &&
           check == slave->last_check;
}

mw_status mw_mbus_slave_answer(mw_mbus_slave *slave, const uint8_t *request, size_t count, size_t *reply_length)
{
    mw_mbus_frame frame;
    mw_status status;
    uint8_t check;
    *reply_length = 0;
    status = mw_mbus_open(request, count, &frame, NULL);
    if (status != MW_OK || frame.type == MW_MBUS_ACK || !slave_is_meant(slave, &frame)) {
        return status;
    }
    check = request[frame.length - 2];
    if (!slave_is_repetition(slave, &frame, check)) {
        slave->reply_length = frame.type == MW_MBUS_SHORT ? slave_answer_short(slave, &frame)
                                                          : slave_answer_long(slave, &frame, request, count);
        slave->last_c = frame.c;
        slave->last_address = frame.address;
        slave->last_check = check;
    }
    *reply_length = frame.address == MW_MBUS_ADDRESS_SILENT ? 0 : slave->reply_length;
    return MW_OK;
}
