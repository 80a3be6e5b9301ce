/* SPDX-License-Identifier: MIT */
#include <meterwire/meter.h>

#include <string.h>

#include "meter_internal.h"

enum {
    MBUS_METER_BEGIN = MW_METER_BEGIN,
    MBUS_METER_EXCHANGE, /* the master is at work */
    MBUS_METER_RECORDS,  /* the values of a telegram are handed out */
    MBUS_METER_MISSING   /* those that did not come */
};

static bool mbus_meter_seen(const mw_meter *meter, unsigned row)
{
    return (meter->on.mbus.seen[row / 32] >> row % 32 & 1u) != 0;
}

static bool mbus_meter_wants_any(const mw_meter *meter)
{
    for (unsigned i = 0; i < meter->on.mbus.model->row_count; i++) {
        if (mw_mbus_wants(meter->selection, &meter->on.mbus.model->rows[i])) {
            return true;
        }
    }
    return false;
}

static void mbus_meter_end(mw_meter *meter, mw_status status)
{
    meter->failure = (int8_t)(status == MW_END ? MW_OK : status);
    meter->row = 0;
    meter->state = MBUS_METER_MISSING;
}

static void mbus_meter_begin(mw_meter *meter)
{
    if (!mbus_meter_wants_any(meter)) {
        mbus_meter_end(meter, MW_OK);
        return;
    }
    memset(meter->on.mbus.seen, 0, sizeof meter->on.mbus.seen);
    meter->on.mbus.records = 0;
    meter->state = MBUS_METER_EXCHANGE;
    meter->link->config = meter->line;
    if (meter->on.mbus.who != NULL) {
        mw_mbus_begin_read_secondary(meter->on.mbus.master, meter->on.mbus.who);
    } else {
        mw_mbus_begin_read(meter->on.mbus.master, meter->unit);
    }
}

/* A header without a manufacturer says too little to tell; but no model has the fixed data structure. */
static bool mbus_meter_is_of_model(const mw_mbus_model *model, const mw_mbus_telegram *telegram)
{
    return telegram->content == MW_MBUS_RECORDS &&
           (telegram->header_type != MW_MBUS_HEADER_LONG ||
            (telegram->header.manufacturer == model->manufacturer && telegram->header.medium == model->medium));
}

static void mbus_meter_take_telegram(mw_meter *meter, const mw_mbus_telegram *telegram)
{
    const mw_mbus_model *const model = meter->on.mbus.model;
    meter->requests++;
    if (telegram->content != MW_MBUS_RECORDS && telegram->content != MW_MBUS_FIXED) {
        mbus_meter_end(meter, MW_ERR_UNSUPPORTED); /* encrypted, or an alarm */
        return;
    }
    if (!mbus_meter_is_of_model(model, telegram)) {
        mbus_meter_end(meter, MW_ERR_MISMATCH);
        return;
    }
    mw_mbus_records(telegram, &meter->on.mbus.cursor);
    meter->on.mbus.cursor.short_bcd6 = model->short_bcd6;
    meter->row = 0;
    meter->state = MBUS_METER_RECORDS;
}

/* Lets the master go on. MW_AGAIN: the link has something to do first. */
static mw_status mbus_meter_step(mw_meter *meter, uint32_t now_us)
{
    mw_mbus_telegram telegram;
    mw_status status = (mw_status)meter->port_status;
    telegram.code = 0;
    if (status == MW_OK) {
        status = mw_mbus_step(meter->on.mbus.master, now_us, &telegram);
    }
    if (status == MW_ERR_REFUSED) {
        meter->exception = telegram.code;
    }
    if (status == MW_OK) {
        mbus_meter_take_telegram(meter, &telegram);
    } else if (status != MW_AGAIN) {
        mbus_meter_end(meter, status);
    }
    return status;
}

/* The next wanted row the record is, from meter->row on. Where the row behind it is of the same record, the record is
 * to be looked at again. */
static bool mbus_meter_take(mw_meter *meter, const mw_mbus_record *record, mw_reading *reading)
{
    const mw_mbus_model *const model = meter->on.mbus.model;
    unsigned i = meter->row;
    meter->row = 0;
    for (; i < model->row_count; i++) {
        const mw_mbus_row *const row = &model->rows[i];
        if (mw_mbus_wants(meter->selection, row) && !mbus_meter_seen(meter, i) &&
            mw_mbus_row_take(row, record, reading)) {
            meter->on.mbus.seen[i / 32] |= (uint32_t)1 << i % 32;
            meter->row = (uint16_t)(row->part == MW_MBUS_ABOVE_100 ? i + 1 : 0);
            reading->source = (uint16_t)(meter->on.mbus.records + record->index);
            return true;
        }
    }
    return false;
}

/* The next value of the telegram, if there is one. A record that cannot be taken apart is no value. */
static bool mbus_meter_next_record(mw_meter *meter, mw_reading *reading)
{
    mw_mbus_cursor *const cursor = &meter->on.mbus.cursor;
    for (;;) {
        mw_mbus_record record;
        mw_status status;
        if (meter->row > 0) {
            cursor->at = meter->on.mbus.record_at;
            cursor->index = meter->on.mbus.record_index;
        }
        meter->on.mbus.record_at = cursor->at;
        meter->on.mbus.record_index = cursor->index;
        status = mw_mbus_next(cursor, &record);
        if (status == MW_END) {
            meter->on.mbus.records = (uint16_t)(meter->on.mbus.records + cursor->index);
            return false;
        }
        if (status == MW_OK && mbus_meter_take(meter, &record, reading)) {
            return true;
        }
    }
}

/* The next wanted value that did not come. */
static bool mbus_meter_next_missing(mw_meter *meter, mw_reading *reading)
{
    const mw_mbus_model *const model = meter->on.mbus.model;
    while (meter->row < model->row_count) {
        const mw_mbus_row *const row = &model->rows[meter->row++];
        if (mw_mbus_wants(meter->selection, row) && !mbus_meter_seen(meter, meter->row - 1u)) {
            mw_meter_miss(reading, mw_mbus_row_id(row), row->unit,
                          meter->failure != MW_OK ? MW_QUALITY_NOT_READ : MW_QUALITY_NOT_AVAILABLE);
            return true;
        }
    }
    return false;
}

static mw_status mbus_meter_next(mw_meter *meter, uint32_t now_us, mw_reading *reading)
{
    for (;;) {
        switch (meter->state) {
        case MBUS_METER_BEGIN:
            mbus_meter_begin(meter);
            break;
        case MBUS_METER_EXCHANGE:
            if (mbus_meter_step(meter, now_us) == MW_AGAIN) {
                return MW_AGAIN;
            }
            break;
        case MBUS_METER_RECORDS:
            if (mbus_meter_next_record(meter, reading)) {
                return MW_OK;
            }
            meter->state = MBUS_METER_EXCHANGE;
            break;
        default:
            return mbus_meter_next_missing(meter, reading) ? MW_OK : MW_END;
        }
    }
}

static const mw_meter_protocol mbus_meter = {mbus_meter_next};

void mw_meter_init_mbus(mw_meter *meter, const mw_mbus_model *model, mw_mbus_master *master, uint8_t address,
                        const mw_mbus_secondary *who)
{
    memset(meter, 0, sizeof *meter);
    meter->protocol = &mbus_meter;
    meter->link = master->link;
    meter->line = master->link->config;
    meter->unit = address;
    meter->writer = model->writer;
    meter->on.mbus.model = model;
    meter->on.mbus.master = master;
    meter->on.mbus.who = who;
}
