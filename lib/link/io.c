/* SPDX-License-Identifier: MIT */
#include <meterwire/io.h>

static void io_trace(const mw_io *io, bool sent, const uint8_t *bytes, size_t count)
{
    if (io->trace != NULL && count > 0) {
        io->trace(io->user, sent, bytes, count);
    }
}

/* Waits for bytes and hands them to the link. */
static mw_status io_receive(mw_link *link, const mw_io *io, uint32_t wait_us)
{
    size_t space;
    size_t count = 0;
    uint8_t *const to = mw_link_space(link, &space);
    const mw_status status = io->read(io->user, to, space, wait_us, &count);
    if (status == MW_OK) {
        io_trace(io, false, to, count);
        mw_link_received(link, count, io->now_us(io->user));
    }
    return status;
}

mw_status mw_link_run(mw_link *link, const mw_io *io)
{
    mw_status status = MW_OK;
    while (status == MW_OK) {
        uint32_t wait_us;
        switch (mw_link_poll(link, io->now_us(io->user), &wait_us)) {
        case MW_LINK_SEND:
            status = io->write(io->user, link->request, link->request_length);
            if (status == MW_OK) {
                io_trace(io, true, link->request, link->request_length);
                mw_link_sent(link, io->now_us(io->user));
            }
            break;
        case MW_LINK_WAIT:
        case MW_LINK_RECEIVE:
            status = io_receive(link, io, wait_us);
            break;
        case MW_LINK_IDLE:
        case MW_LINK_DONE:
        default:
            return mw_link_status(link);
        }
    }
    mw_link_cancel(link, io->now_us(io->user));
    return status;
}

mw_status mw_link_exchange(mw_link *link, const mw_io *io, const uint8_t *request, size_t length, uint32_t timeout_us,
                           unsigned repeats)
{
    mw_link_start(link, request, length, timeout_us, repeats, io->now_us(io->user));
    return mw_link_run(link, io);
}
