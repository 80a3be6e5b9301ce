/* SPDX-License-Identifier: MIT */
#include "change_internal.h"
#include "meter_internal.h"

/* Application errors that are said of the readout, not of what was written before (EN 13757-3). */
#define MBUS_BUSY     8
#define MBUS_TOO_MANY 9

/* The description of the setting is the first member of it. */
static const mw_mbus_setting *mbus_setting(const mw_change *change)
{
    return (const mw_mbus_setting *)(const void *)change->setting;
}

static const mw_setting *mbus_change_setting(const mw_meter *meter, size_t index)
{
    const mw_mbus_model *const model = meter->on.mbus.model;
    return index < model->setting_count ? &model->settings[index].what : NULL;
}

static bool mbus_change_broadcasts(const mw_meter *meter)
{
    (void)meter;
    return true;
}

/* Eight decimal digits, one a nibble. */
static uint32_t mbus_digits(int64_t n)
{
    uint32_t digits = 0;
    for (unsigned i = 0; i < 8; i++) {
        digits |= (uint32_t)(n % 10) << (4 * i);
        n /= 10;
    }
    return digits;
}

/* Starts the first exchange of what the master was told. */
static mw_status mbus_start(const mw_change *change, uint32_t now_us)
{
    mw_mbus_telegram telegram;
    return mw_mbus_step(change->meter->on.mbus.master, now_us, &telegram);
}

static mw_status mbus_start_write(mw_change *change, uint32_t now_us)
{
    const mw_meter *const meter = change->meter;
    const uint8_t address = (change->flags & MW_WRITE_BROADCAST) != 0 ? MW_MBUS_ADDRESS_SILENT
                            : meter->on.mbus.who != NULL              ? MW_MBUS_ADDRESS_SELECTED
                                                                      : meter->unit;
    size_t length;
    const mw_status status = mw_mbus_encode_setting(mbus_setting(change), address, change->n, change->request,
                                                    sizeof change->request, &length);
    if (status != MW_OK) {
        return status;
    }
    mw_mbus_begin_send(meter->on.mbus.master, change->request, length);
    return mbus_start(change, now_us);
}

/* The secondary address it will have with a new identification. */
static mw_mbus_secondary mbus_wanted(const mw_change *change)
{
    mw_mbus_secondary wanted = change->who;
    wanted.id = mbus_digits(change->n);
    return wanted;
}

static mw_status mbus_start_read(mw_change *change, uint32_t now_us)
{
    const mw_meter *const meter = change->meter;
    const bool renamed = change->setting->kind == MW_SETTING_DIGITS && change->step == CHANGE_AFTER;
    const mw_mbus_secondary wanted = mbus_wanted(change);
    if (meter->on.mbus.who != NULL) {
        mw_mbus_begin_read_secondary(meter->on.mbus.master, renamed ? &wanted : meter->on.mbus.who);
    } else {
        mw_mbus_begin_read(meter->on.mbus.master, mw_change_unit(change));
    }
    return mbus_start(change, now_us);
}

/* Where several meters may answer, whose acknowledgements look like one, they are asked for something that does not;
 * and where the identification changes, the present one tells what the secondary address will be. */
static bool mbus_is_read_first(const mw_change *change)
{
    const mw_meter *const meter = change->meter;
    return meter->on.mbus.who != NULL || meter->unit > MW_MBUS_ADDRESS_MAX ||
           change->setting->kind == MW_SETTING_DIGITS;
}

/* Whether somebody is at the address that is wanted, unless it is the meter itself. What was selected by the caller
 * would not be any more. */
static mw_status mbus_start_before(mw_change *change, uint32_t now_us)
{
    const mw_meter *const meter = change->meter;
    const mw_mbus_secondary wanted = mbus_wanted(change);
    if (mw_change_is_address(change) && change->n != (change->before >= 0 ? change->before : meter->unit)) {
        mw_mbus_begin_reset(meter->on.mbus.master, (uint8_t)change->n);
        return mbus_start(change, now_us);
    }
    if (change->setting->kind == MW_SETTING_DIGITS && wanted.id != change->who.id &&
        (meter->on.mbus.who != NULL || meter->unit != MW_MBUS_ADDRESS_SELECTED)) {
        mw_mbus_begin_select(meter->on.mbus.master, &wanted);
        return mbus_start(change, now_us);
    }
    return MW_OK;
}

static mw_status mbus_change_start(mw_change *change, uint32_t now_us)
{
    const mw_meter *const meter = change->meter;
    meter->link->config = meter->line;
    switch (change->step) {
    case CHANGE_IDENTIFY:
        return mbus_is_read_first(change) ? mbus_start_read(change, now_us) : MW_OK;
    case CHANGE_BEFORE:
        return mbus_start_before(change, now_us);
    case CHANGE_SELECT:
        if (meter->on.mbus.who == NULL || change->setting->kind != MW_SETTING_DIGITS) {
            return MW_OK;
        }
        mw_mbus_begin_select(meter->on.mbus.master, &change->who);
        return mbus_start(change, now_us);
    case CHANGE_WRITE:
        return mbus_start_write(change, now_us);
    default:
        return mbus_start_read(change, now_us);
    }
}

/* Whether the record with the value of the setting has the new one. MW_AGAIN: there is none in this telegram. */
static mw_status mbus_compare(const mw_change *change, const mw_mbus_telegram *telegram)
{
    const mw_mbus_model *const model = change->meter->on.mbus.model;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_reading reading;
    mw_status status;
    mw_mbus_records(telegram, &cursor);
    cursor.short_bcd6 = model->short_bcd6;
    while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
        for (unsigned i = 0; status == MW_OK && i < model->row_count; i++) {
            int64_t n;
            if (mw_obis_equal(mw_mbus_row_id(&model->rows[i]), change->setting->id) &&
                mw_mbus_row_take(&model->rows[i], &record, &reading) && reading.quality == MW_QUALITY_GOOD) {
                return mw_decimal_rescale(reading.n, reading.exp10, change->setting->exp10, &n) == MW_OK &&
                               n == change->n
                           ? MW_OK
                           : MW_ERR_VALUE;
            }
        }
    }
    return MW_AGAIN;
}

/* What a telegram of the meter shows. That it comes from the new place is all there is to see of a move. */
static mw_status mbus_looked(const mw_change *change, const mw_mbus_telegram *telegram)
{
    if (change->setting->kind == MW_SETTING_DIGITS) {
        return telegram->header.id == mbus_digits(change->n) ? MW_OK : MW_ERR_VALUE;
    }
    if (mw_change_is_address(change)) {
        return telegram->frame.address == change->n                  ? MW_OK
               : telegram->frame.address == MW_MBUS_ADDRESS_SELECTED ? MW_END /* it does not say */
                                                                     : MW_ERR_VALUE;
    }
    if ((change->setting->flags & MW_SETTING_LINK) != 0) {
        return change->step == CHANGE_AFTER ? MW_OK : MW_ERR_VALUE;
    }
    return mbus_compare(change, telegram);
}

static mw_status mbus_look(mw_change *change, uint32_t now_us)
{
    mw_mbus_telegram telegram;
    mw_status status;
    telegram.code = 0;
    do {
        status = mw_mbus_step(change->meter->on.mbus.master, now_us, &telegram);
        if (status == MW_OK) {
            status = mbus_looked(change, &telegram);
            if (status != MW_AGAIN) {
                return status;
            }
            status = MW_OK; /* it may be in the next telegram */
        }
    } while (status == MW_OK);
    if (status != MW_ERR_REFUSED) {
        return status;
    }
    change->exception = telegram.code;
    return telegram.code == MBUS_BUSY || telegram.code == MBUS_TOO_MANY ? MW_END : status;
}

/* It is one meter, and this one. That it refuses something older is of no concern. */
static mw_status mbus_identified(mw_change *change, mw_status status, const mw_mbus_telegram *telegram)
{
    static const mw_mbus_secondary anybody = MW_MBUS_ANYBODY;
    const mw_mbus_header *const header = &telegram->header;
    const mw_mbus_secondary *const who = change->meter->on.mbus.who;
    if (status != MW_OK && status != MW_ERR_REFUSED) {
        return status;
    }
    change->before = telegram->frame.address;
    change->who = who != NULL ? *who : anybody;
    if (status == MW_OK && telegram->header_type == MW_MBUS_HEADER_LONG) {
        change->who.id = header->id;
        change->who.manufacturer = header->manufacturer;
        change->who.version = header->version;
        change->who.medium = header->medium;
    }
    return MW_OK;
}

static mw_status mbus_change_finish(mw_change *change, uint32_t now_us)
{
    mw_mbus_telegram telegram;
    mw_status status;
    if (change->step > CHANGE_WRITE) {
        return mbus_look(change, now_us);
    }
    status = mw_mbus_step(change->meter->on.mbus.master, now_us, &telegram);
    if (status == MW_AGAIN) {
        return MW_AGAIN;
    }
    if (change->step == CHANGE_IDENTIFY) {
        return mbus_identified(change, status, &telegram);
    }
    if (change->step == CHANGE_BEFORE) {
        return status == MW_ERR_TIMEOUT ? MW_OK : MW_ERR_IN_USE;
    }
    return status == MW_END ? MW_OK : status;
}

const mw_writer mw_writer_mbus = {mbus_change_setting, mbus_change_broadcasts, mbus_change_start, mbus_change_finish};
