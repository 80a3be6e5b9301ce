/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include "mbus_internal.h"

/* A long frame around what it carries: 68 L L 68, and checksum and stop. */
#define LONG_FRONT_BYTES 4u
#define LONG_FRAME_BYTES 6u
#define SHORT_BYTES      5u

mw_status mw_mbus_fail(mw_mbus_error *error, mw_mbus_fault fault, size_t offset, mw_status status)
{
    if (error != NULL) {
        error->fault = (uint8_t)fault;
        error->offset = (uint16_t)offset;
    }
    return status;
}

uint8_t mw_mbus_checksum(const uint8_t *bytes, size_t count)
{
    unsigned sum = 0;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) { /* saves a third of the instructions of a readout's frame */
        sum += (unsigned)bytes[i] + bytes[i + 1] + bytes[i + 2] + bytes[i + 3];
    }
    for (; i < count; i++) {
        sum += bytes[i];
    }
    return (uint8_t)sum;
}

/* What comes after the front of a frame: `carried` bytes, checksum, stop. */
static mw_status frame_verify(const uint8_t *bytes, size_t count, size_t front, size_t carried, mw_mbus_frame *frame,
                              mw_mbus_error *error)
{
    if (count < front + carried + 2) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_FRAME_END, count, MW_AGAIN);
    }
    if (bytes[front + carried] != mw_mbus_checksum(bytes + front, carried)) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_CHECKSUM, front + carried, MW_ERR_CHECK);
    }
    if (bytes[front + carried + 1] != MW_MBUS_STOP) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_STOP, front + carried + 1, MW_ERR_FRAME);
    }
    frame->data = bytes + front + (carried > 3 ? 3 : carried);
    frame->length = (uint16_t)(front + carried + 2);
    frame->data_bytes = (uint8_t)(carried > 3 ? carried - 3 : 0);
    frame->type = (uint8_t)(carried > 3 ? MW_MBUS_LONG : carried == 3 ? MW_MBUS_CONTROL : MW_MBUS_SHORT);
    frame->c = bytes[front];
    frame->address = bytes[front + 1];
    frame->ci = carried > 2 ? bytes[front + 2] : 0;
    return MW_OK;
}

/* Whether the front of a long frame is one, as far as it is there. */
static mw_status frame_check_front(const uint8_t *bytes, size_t count, mw_mbus_error *error)
{
    if (count > 1 && bytes[1] < 3) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_LENGTH, 1, MW_ERR_FRAME);
    }
    if (count > 2 && bytes[2] != bytes[1]) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_LENGTHS_DIFFER, 2, MW_ERR_FRAME);
    }
    if (count > 3 && bytes[3] != MW_MBUS_START_LONG) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_SECOND_START, 3, MW_ERR_FRAME);
    }
    return count >= LONG_FRONT_BYTES ? MW_OK : mw_mbus_fail(error, MW_MBUS_FAULT_FRAME_END, count, MW_AGAIN);
}

mw_status mw_mbus_open(const uint8_t *bytes, size_t count, mw_mbus_frame *frame, mw_mbus_error *error)
{
    static const mw_mbus_frame ack = {NULL, 1, 0, MW_MBUS_ACK, 0, 0, 0};
    mw_status status;
    if (count == 0) {
        return mw_mbus_fail(error, MW_MBUS_FAULT_FRAME_END, 0, MW_AGAIN);
    }
    switch (bytes[0]) {
    case MW_MBUS_E5:
        *frame = ack;
        return MW_OK;
    case MW_MBUS_START_SHORT:
        return frame_verify(bytes, count, 1, 2, frame, error);
    case MW_MBUS_START_LONG:
        status = frame_check_front(bytes, count, error);
        return status == MW_OK ? frame_verify(bytes, count, LONG_FRONT_BYTES, bytes[1], frame, error) : status;
    default:
        return mw_mbus_fail(error, MW_MBUS_FAULT_START, 0, MW_ERR_FRAME);
    }
}

void mw_mbus_encode_short(uint8_t c, uint8_t address, uint8_t frame[5])
{
    frame[0] = MW_MBUS_START_SHORT;
    frame[1] = c;
    frame[2] = address;
    frame[3] = (uint8_t)(c + address);
    frame[4] = MW_MBUS_STOP;
}

void mw_mbus_begin(mw_mbus_draft *draft, uint8_t *frame, size_t size, uint8_t c, uint8_t address, uint8_t ci)
{
    const uint8_t front[] = {MW_MBUS_START_LONG, 0, 0, MW_MBUS_START_LONG, c, address, ci};
    draft->frame = frame;
    draft->size = (uint16_t)(size < MW_MBUS_FRAME_MAX ? size : MW_MBUS_FRAME_MAX);
    draft->length = 0;
    draft->status = MW_OK;
    mw_mbus_put_bytes(draft, front, sizeof front);
}

void mw_mbus_put_bytes(mw_mbus_draft *draft, const uint8_t *bytes, size_t count)
{
    if (draft->status == MW_OK && count + 2 > (size_t)(draft->size - draft->length)) {
        draft->status = MW_ERR_SPACE;
    }
    for (size_t i = 0; i < count && draft->status == MW_OK; i++) {
        draft->frame[draft->length++] = bytes[i];
    }
}

mw_status mw_mbus_finish(mw_mbus_draft *draft, size_t *length)
{
    if (draft->status == MW_OK) {
        const size_t carried = (size_t)draft->length - LONG_FRONT_BYTES;
        draft->frame[1] = (uint8_t)carried;
        draft->frame[2] = (uint8_t)carried;
        draft->frame[draft->length] = mw_mbus_checksum(draft->frame + LONG_FRONT_BYTES, carried);
        draft->frame[draft->length + 1] = MW_MBUS_STOP;
        *length = carried + LONG_FRAME_BYTES;
    }
    return (mw_status)draft->status;
}
