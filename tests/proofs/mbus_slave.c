/* SPDX-License-Identifier: MIT */
/* Proves: the answer of a slave is inside, in any state, whatever its functions do
 * Bound: any frame of 0 to 261 bytes, any state; frames by framer_mbus, telegrams by mbus_telegram, drafts by mbus_put
 * Unwind: 1 slave_matches_digits.0:9 mw_mbus_unsigned.0:5 encode_put_raw.0:5
 */
#define STUB_mw_mbus_checksum
#include <meterwire/mbus_slave.h>

#include "draft.h"
#include "proof.h"

static uint8_t request[MW_MBUS_FRAME_MAX];

/* Any frame that ends where the request does. */
mw_status mw_mbus_open(const uint8_t *bytes, size_t count, mw_mbus_frame *frame, mw_mbus_error *error)
{
    (void)bytes, (void)error;
    if (nondet_bool()) {
        return MW_ERR_FRAME;
    }
    __CPROVER_havoc_object(frame);
    ASSUME(frame->type <= MW_MBUS_LONG && frame->length <= count);
    ASSUME(frame->length == (frame->type == MW_MBUS_ACK     ? 1
                             : frame->type == MW_MBUS_SHORT ? 5
                                                            : 9 + frame->data_bytes));
    ASSUME((frame->data_bytes > 0) == (frame->type == MW_MBUS_LONG));
    frame->data = TAIL(request, frame->data_bytes + 2u);
    return MW_OK;
}

mw_status mw_mbus_decode(const uint8_t *bytes, size_t count, mw_mbus_telegram *telegram, mw_mbus_error *error)
{
    (void)telegram, (void)error;
    READABLE(bytes, count);
    return (mw_status)nondet_int();
}

void mw_mbus_put_bytes(mw_mbus_draft *draft, const uint8_t *bytes, size_t count)
{
    put_any(draft, bytes, count);
}

void mw_mbus_begin(mw_mbus_draft *draft, uint8_t *frame, size_t size, uint8_t c, uint8_t address, uint8_t ci)
{
    (void)c, (void)address, (void)ci;
    WRITABLE(frame, size);
    draft->frame = frame;
    draft->size = (uint16_t)size;
    draft->length = 7;
    draft->status = MW_OK;
}

static mw_status readout(void *user, unsigned application, unsigned number, mw_mbus_draft *draft, bool *more)
{
    uint8_t byte;
    (void)user, (void)application, (void)number;
    put_any(draft, &byte, 1);
    *more = nondet_bool();
    return (mw_status)nondet_int();
}

static mw_status receive(void *user, const mw_mbus_telegram *telegram, uint8_t *code)
{
    (void)user, (void)telegram;
    *code = nondet_u8();
    return (mw_status)nondet_int();
}

void proof(void)
{
    const size_t count = any_size(0, sizeof request);
    mw_mbus_slave slave;
    size_t length;
    __CPROVER_havoc_object(request);
    slave.reply = room;
    slave.readout = readout;
    slave.receive = nondet_bool() ? receive : NULL;
    ASSUME(slave.reply_length <= MW_MBUS_FRAME_MAX && slave.error <= 256);
    (void)mw_mbus_slave_answer(&slave, TAIL(request, count), count, &length);
    PROVE(length <= MW_MBUS_FRAME_MAX && slave.reply_length <= MW_MBUS_FRAME_MAX, "inside");
    PROVE(slave.error <= 256, "an application error");
}
