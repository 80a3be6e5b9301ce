/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus_master.h>

#include <string.h>

#include "../mbus/mbus_internal.h"
#include "mbus_master_internal.h"

#define MASTER_BAUDS 8u

enum { /* jobs */
       MASTER_RESET,
       MASTER_READ,
       MASTER_SELECT,
       MASTER_READ_SECONDARY,
       MASTER_URGENT,
       MASTER_SEND,
       MASTER_BAUD,
       MASTER_NO_JOB /* somebody else's exchange */
};

enum { /* states: which exchange is the next one, or under way */
       MASTER_OVER,
       MASTER_AT_RESET,   /* SND_NKE */
       MASTER_AT_SELECT,  /* SND_UD with CI 52 */
       MASTER_AT_REQUEST, /* REQ_UD1 or REQ_UD2 */
       MASTER_AT_DATA,    /* SND_UD */
       MASTER_AT_VERIFY   /* whatever is acknowledged, at another speed */
};

/* ---- frame count bits ---- */

static bool master_bit(const uint8_t *bits, unsigned address)
{
    return (bits[address / 8] >> address % 8 & 1) != 0;
}

static void master_set_bit(uint8_t *bits, unsigned address, bool set)
{
    const unsigned mask = 1u << address % 8;
    bits[address / 8] = (uint8_t)((bits[address / 8] & ~mask) | (set ? mask : 0u));
}

/* After SND_NKE, or a selection, the frame count bit begins with 1. */
static void master_restart_fcb(mw_mbus_master *master, uint8_t address, bool heard)
{
    if (address >= MW_MBUS_ADDRESS_ALL) { /* that was for everybody */
        memset(master->fcb, 0xFF, sizeof master->fcb);
        memset(master->agreed, 0, sizeof master->agreed);
    }
    master_set_bit(master->fcb, address, true);
    master_set_bit(master->agreed, address, heard);
}

/* A frame with a frame count bit was answered, or not. Without an answer nobody knows which bit the meter has seen. */
static void master_count_frame(mw_mbus_master *master, bool heard)
{
    const uint8_t address = master->address;
    if (address >= MW_MBUS_ADDRESS_ALL) {
        memset(master->agreed, 0, sizeof master->agreed);
    }
    master_set_bit(master->agreed, address, heard);
    if (heard) {
        master_set_bit(master->fcb, address, !master_bit(master->fcb, address));
    }
}

static unsigned master_with_fcb(const mw_mbus_master *master, unsigned c)
{
    return master_bit(master->fcb, master->address) ? c | MW_MBUS_FCB : c;
}

/* ---- jobs ---- */

static mw_status master_end(mw_mbus_master *master, mw_status status)
{
    master->state = MASTER_OVER;
    master->status = (int8_t)status;
    return status;
}

void mw_mbus_master_init(mw_mbus_master *master, mw_link *link)
{
    memset(master, 0, sizeof *master);
    memset(master->fcb, 0xFF, sizeof master->fcb);
    master->link = link;
    master->repeats = 2;
    master->job = MASTER_NO_JOB;
    (void)master_end(master, MW_END);
}

static void master_begin(mw_mbus_master *master, unsigned job, unsigned state, uint8_t address)
{
    if (master->asking) { /* a job is given up in the middle */
        master_set_bit(master->agreed, master->address, false);
    }
    master->job = (uint8_t)job;
    master->state = (uint8_t)state;
    master->address = address;
    master->asking = false;
    master->telegrams = 0;
    master->tries = 0;
    master->status = MW_END;
}

/* A job whose first frame has a frame count bit. A meter that has seen that bit last would take the frame for a
 * repetition and not carry it out, so both must agree on it first. To 253 SND_NKE would end the selection, which has
 * done the same. */
static void master_begin_counted(mw_mbus_master *master, unsigned job, unsigned state, uint8_t address)
{
    bool ready;
    master_begin(master, job, state, address);
    ready = address == MW_MBUS_ADDRESS_SELECTED || address == MW_MBUS_ADDRESS_SILENT ||
            (address != MW_MBUS_ADDRESS_ALL && master_bit(master->agreed, address));
    if (!ready) {
        master->state = MASTER_AT_RESET;
    }
}

void mw_mbus_begin_reset(mw_mbus_master *master, uint8_t address)
{
    master_begin(master, MASTER_RESET, MASTER_AT_RESET, address);
}

void mw_mbus_begin_read(mw_mbus_master *master, uint8_t address)
{
    master_begin(master, MASTER_READ, address == MW_MBUS_ADDRESS_SELECTED ? MASTER_AT_REQUEST : MASTER_AT_RESET,
                 address);
}

void mw_mbus_begin_select(mw_mbus_master *master, const mw_mbus_secondary *who)
{
    master_begin(master, MASTER_SELECT, MASTER_AT_SELECT, MW_MBUS_ADDRESS_SELECTED);
    master->wanted = *who;
}

void mw_mbus_begin_read_secondary(mw_mbus_master *master, const mw_mbus_secondary *who)
{
    master_begin(master, MASTER_READ_SECONDARY, MASTER_AT_RESET, MW_MBUS_ADDRESS_SELECTED);
    master->wanted = *who;
}

void mw_mbus_begin_urgent(mw_mbus_master *master, uint8_t address)
{
    master_begin_counted(master, MASTER_URGENT, MASTER_AT_REQUEST, address);
}

void mw_mbus_begin_send(mw_mbus_master *master, uint8_t *frame, size_t length)
{
    mw_mbus_frame opened;
    if (mw_mbus_open(frame, length, &opened, NULL) != MW_OK || opened.type < MW_MBUS_CONTROL) {
        master_begin(master, MASTER_SEND, MASTER_OVER, master->address);
        master->status = MW_ERR_ARGUMENT;
        return;
    }
    master_begin_counted(master, MASTER_SEND, MASTER_AT_DATA, opened.address);
    master->frame = frame;
}

/* Number of a speed among those of M-Bus; MASTER_BAUDS for another. */
static unsigned master_baud_number(uint32_t baud)
{
    unsigned number = 0;
    while (number < 7 && baud != 300u << number) {
        number++;
    }
    return number < 7 ? number : baud == 38400 ? 7 : MASTER_BAUDS;
}

void mw_mbus_begin_baud(mw_mbus_master *master, uint8_t address, uint32_t from, uint32_t to)
{
    master_begin_counted(master, MASTER_BAUD, MASTER_AT_DATA, address);
    master->baud = from;
    master->other_baud = to;
    if (master_baud_number(from) == MASTER_BAUDS || master_baud_number(to) == MASTER_BAUDS) {
        (void)master_end(master, MW_ERR_ARGUMENT);
    }
}

/* ---- requests ---- */

/* Whether a request need not wait for late answers, which can only be E5: REQ_UD2 is not answered by it, who was
 * selected is seen by the header, and a late E5 of a selection means that it is selected, too. */
static bool master_is_immune(const mw_mbus_master *master)
{
    if (master->state == MASTER_AT_SELECT && master->tries > 0) {
        return true;
    }
    return master->state != MASTER_AT_RESET && master->telegrams == 0 &&
           (master->job == MASTER_READ_SECONDARY ||
            (master->job == MASTER_READ && master->address != MW_MBUS_ADDRESS_SELECTED));
}

static void master_start(mw_mbus_master *master, const uint8_t *frame, size_t length, unsigned repeats, uint32_t now_us)
{
    const uint32_t allowance_us = master->allowance_us != 0 ? master->allowance_us : MW_MBUS_ALLOWANCE_US;
    const uint32_t timeout_us = mw_mbus_timeout_us(master->link->config->char_us, allowance_us);
    const uint32_t late_for_us = master->link->late_for_us;
    const bool immune = master_is_immune(master);
    if (immune) {
        mw_link_forget(master->link);
    }
    mw_link_start(master->link, frame, length, timeout_us, repeats, now_us);
    if (immune) { /* the next job may not be */
        master->link->late_for_us = late_for_us;
    }
    master->asking = true;
}

static void master_ask_short(mw_mbus_master *master, unsigned c, unsigned repeats, uint32_t now_us)
{
    mw_mbus_encode_short((uint8_t)c, master->address, master->request);
    master_start(master, master->request, 5, repeats, now_us);
}

static void master_ask_select(mw_mbus_master *master, const mw_mbus_secondary *who, bool other_form, uint32_t now_us)
{
    const uint8_t data[] = {(uint8_t)who->id,
                            (uint8_t)(who->id >> 8),
                            (uint8_t)(who->id >> 16),
                            (uint8_t)(who->id >> 24),
                            (uint8_t)who->manufacturer,
                            (uint8_t)(who->manufacturer >> 8),
                            who->version,
                            who->medium,
                            0x0C, /* fabrication number, 8 digits */
                            0x78,
                            (uint8_t)who->fabrication,
                            (uint8_t)(who->fabrication >> 8),
                            (uint8_t)(who->fabrication >> 16),
                            (uint8_t)(who->fabrication >> 24)};
    const unsigned c = MW_MBUS_SND_UD | (other_form == master->select_without_fcb ? MW_MBUS_FCB : 0u);
    mw_mbus_draft draft;
    size_t length = 0;
    mw_mbus_begin(&draft, master->request, sizeof master->request, (uint8_t)c, MW_MBUS_ADDRESS_SELECTED,
                  MW_MBUS_CI_SELECT);
    mw_mbus_put_bytes(&draft, data, who->enhanced ? sizeof data : 8);
    (void)mw_mbus_finish(&draft, &length); /* it fits */
    master_restart_fcb(master, MW_MBUS_ADDRESS_SELECTED, false);
    master_start(master, master->request, length, 0, now_us);
}

/* Tells the meter the speed of the line as CI, or its new one. */
static void master_ask_baud(mw_mbus_master *master, uint32_t baud, uint32_t now_us)
{
    mw_mbus_draft draft;
    size_t length = 0;
    mw_mbus_begin(&draft, master->request, sizeof master->request, (uint8_t)master_with_fcb(master, MW_MBUS_SND_UD),
                  master->address, (uint8_t)(MW_MBUS_CI_BAUD_300 + master_baud_number(baud)));
    (void)mw_mbus_finish(&draft, &length);
    master_start(master, master->request, length, master->repeats, now_us);
}

static void master_ask_data(mw_mbus_master *master, uint32_t now_us)
{
    uint8_t *const frame = master->frame;
    size_t carried;
    if (master->job == MASTER_BAUD) {
        master_ask_baud(master, master->other_baud, now_us);
        return;
    }
    carried = frame[1];
    frame[4] = (uint8_t)master_with_fcb(master, frame[4] & ~(unsigned)MW_MBUS_FCB);
    frame[4 + carried] = mw_mbus_checksum(frame + 4, carried);
    master_start(master, frame, carried + 6, master->repeats, now_us);
}

/* How often SND_NKE is repeated. Some meters never answer it; but one that was not heard leaves a readout where it is,
 * in the middle perhaps. Before a selection, which begins a readout anew, it is nobody's who would answer. */
static unsigned master_resets(const mw_mbus_master *master)
{
    if (master->job == MASTER_READ_SECONDARY) {
        return 0;
    }
    return master->job == MASTER_READ && master->repeats > 1 ? 1 : master->repeats;
}

static void master_ask(mw_mbus_master *master, uint32_t now_us)
{
    switch (master->state) {
    case MASTER_AT_RESET:
        master_ask_short(master, MW_MBUS_SND_NKE, master_resets(master), now_us);
        break;
    case MASTER_AT_SELECT:
        master_ask_select(master, &master->wanted, master->tries % 2 != 0, now_us);
        break;
    case MASTER_AT_REQUEST:
        master_ask_short(master,
                         master_with_fcb(master, master->job == MASTER_URGENT ? MW_MBUS_REQ_UD1 : MW_MBUS_REQ_UD2),
                         master->repeats, now_us);
        break;
    case MASTER_AT_DATA:
        master_ask_data(master, now_us);
        break;
    default: /* MASTER_AT_VERIFY */
        if (master->address == MW_MBUS_ADDRESS_SELECTED) {
            master_ask_baud(master, master->baud, now_us); /* SND_NKE would end the selection */
        } else {
            master_ask_short(master, MW_MBUS_SND_NKE, master->repeats, now_us);
        }
        break;
    }
}

/* ---- answers ---- */

static mw_status master_heard_reset(mw_mbus_master *master, mw_status status)
{
    master_restart_fcb(master, master->address, status == MW_OK);
    switch (master->job) {
    case MASTER_RESET:
        return master_end(master, status == MW_OK ? MW_END : status);
    case MASTER_READ:
    case MASTER_READ_SECONDARY:
        master->state = master->job == MASTER_READ ? MASTER_AT_REQUEST : MASTER_AT_SELECT;
        return MW_AGAIN;
    case MASTER_URGENT:
        master->state = MASTER_AT_REQUEST;
        return MW_AGAIN;
    default:
        master->state = MASTER_AT_DATA;
        return MW_AGAIN;
    }
}

/* Both forms of C are tried by turns, so that a lost answer does not rule out the form a meter understands. */
static mw_status master_heard_select(mw_mbus_master *master, mw_status status)
{
    if (status == MW_OK) {
        master_restart_fcb(master, MW_MBUS_ADDRESS_SELECTED, true);
        if (master->job == MASTER_SELECT) {
            return master_end(master, MW_END);
        }
        master->state = MASTER_AT_REQUEST;
        return MW_AGAIN;
    }
    if (master->tries > master->repeats) {
        return master_end(master, status);
    }
    master->tries++;
    return MW_AGAIN;
}

/* Whether another telegram is announced: DIF 1F ends the records. */
static bool master_has_more(const mw_mbus_telegram *telegram)
{
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_mbus_records(telegram, &cursor);
    while (mw_mbus_next(&cursor, &record) != MW_END) {
    }
    return cursor.more_records;
}

/* Whether the meter that was wanted has answered, as far as its header tells. */
static bool master_is_wanted(const mw_mbus_master *master, const mw_mbus_telegram *telegram)
{
    mw_mbus_secondary wanted = master->wanted;
    if (master->job != MASTER_READ_SECONDARY || telegram->header_type == MW_MBUS_HEADER_NONE ||
        telegram->header_type == MW_MBUS_HEADER_SHORT) {
        return true;
    }
    if (telegram->header_type == MW_MBUS_HEADER_FIXED) {
        wanted.manufacturer = 0xFFFF;
        wanted.version = 0xFF;
        wanted.medium = 0xFF; /* its code is another one */
    }
    return mw_mbus_secondary_matches(&wanted, &telegram->header);
}

/* A telegram of a readout. */
static mw_status master_take_telegram(mw_mbus_master *master, const mw_mbus_telegram *telegram, uint16_t check)
{
    if (!master_is_wanted(master, telegram)) {
        return master_end(master, MW_ERR_MISMATCH);
    }
    if (master->telegrams > 0 && master->check == check && master->access == telegram->header.access) {
        return master_end(master, MW_END);
    }
    master->check = check;
    master->access = telegram->header.access;
    master->telegrams++;
    if (master->job == MASTER_URGENT || master->telegrams == MW_MBUS_TELEGRAMS_MAX || !master_has_more(telegram)) {
        (void)master_end(master, MW_END);
    }
    return MW_OK;
}

static mw_status master_heard_request(mw_mbus_master *master, mw_status status, mw_mbus_telegram *telegram)
{
    const bool heard = status == MW_OK || status == MW_ERR_REFUSED;
    const uint8_t *reply;
    size_t length;
    mw_status decoded;
    master_count_frame(master, heard);
    if (!heard) {
        return master_end(master, status);
    }
    reply = mw_link_reply(master->link, &length);
    if (reply[0] == MW_MBUS_E5) { /* nothing urgent */
        return master_end(master, MW_END);
    }
    decoded = mw_mbus_decode(reply, length, telegram, NULL);
    if (decoded != MW_OK || status != MW_OK) {
        return master_end(master, decoded != MW_OK ? decoded : status);
    }
    return master_take_telegram(master, telegram, mw_crc16(reply, length));
}

static mw_status master_heard_data(mw_mbus_master *master, mw_status status)
{
    const uint32_t baud = master->other_baud;
    master_count_frame(master, status == MW_OK);
    if (master->job == MASTER_SEND) {
        return master_end(master, status == MW_OK ? MW_END : status);
    }
    /* The meter may have changed although its E5 was lost. */
    master->other_baud = master->baud;
    master->baud = baud;
    master->state = MASTER_AT_VERIFY;
    return MW_OK;
}

static mw_status master_heard_verify(mw_mbus_master *master, mw_status status)
{
    const uint32_t baud = master->other_baud;
    if (master->address == MW_MBUS_ADDRESS_SELECTED) {
        master_count_frame(master, status == MW_OK);
    } else {
        master_restart_fcb(master, master->address, status == MW_OK);
    }
    if (status == MW_OK || master->tries > 0) {
        return master_end(master, (mw_status)master->status); /* of the first attempt */
    }
    master->tries = 1;
    master->status = (int8_t)status;
    master->baud = baud;
    return MW_OK;
}

static mw_status master_heard(mw_mbus_master *master, mw_status status, mw_mbus_telegram *telegram)
{
    switch (master->state) {
    case MASTER_AT_RESET:
        return master_heard_reset(master, status);
    case MASTER_AT_SELECT:
        return master_heard_select(master, status);
    case MASTER_AT_REQUEST:
        return master_heard_request(master, status, telegram);
    case MASTER_AT_DATA:
        return master_heard_data(master, status);
    default:
        return master_heard_verify(master, status);
    }
}

mw_status mw_mbus_step(mw_mbus_master *master, uint32_t now_us, mw_mbus_telegram *telegram)
{
    mw_status status = MW_AGAIN;
    while (status == MW_AGAIN && master->state != MASTER_OVER) {
        if (!master->asking || master->link->state == MW_LINK_IDLE) {
            master_ask(master, now_us);
        }
        status = mw_link_status(master->link);
        if (status == MW_AGAIN) {
            return status;
        }
        master->asking = false;
        status = master_heard(master, status, telegram);
    }
    return status != MW_AGAIN ? status : (mw_status)master->status;
}

mw_status mw_mbus_wait(mw_mbus_master *master, const mw_io *io, mw_mbus_telegram *telegram)
{
    mw_status status = mw_mbus_step(master, io->now_us(io->user), telegram);
    while (status == MW_AGAIN) {
        status = mw_link_run(master->link, io);
        if (mw_link_status(master->link) == MW_AGAIN) { /* cancelled: the port failed */
            master->asking = false;
            master_set_bit(master->agreed, master->address, false);
            return master_end(master, status);
        }
        status = mw_mbus_step(master, io->now_us(io->user), telegram);
    }
    return status;
}

/* ---- exchanges of a search ---- */

void mw_mbus_ask_select(mw_mbus_master *master, const mw_mbus_secondary *who, bool other_form, uint16_t tag,
                        uint32_t now_us)
{
    master_begin(master, MASTER_NO_JOB, MASTER_OVER, MW_MBUS_ADDRESS_SELECTED);
    master->check = tag;
    master_ask_select(master, who, other_form, now_us);
}

void mw_mbus_ask_selected(mw_mbus_master *master, uint16_t tag, uint32_t now_us)
{
    master_begin(master, MASTER_NO_JOB, MASTER_OVER, MW_MBUS_ADDRESS_SELECTED);
    master->check = tag;
    master_ask_short(master, master_with_fcb(master, MW_MBUS_REQ_UD2), 0, now_us);
}

bool mw_mbus_is_asking(const mw_mbus_master *master, uint16_t tag)
{
    return master->job == MASTER_NO_JOB && master->asking && master->check == tag &&
           master->link->state != MW_LINK_IDLE;
}
