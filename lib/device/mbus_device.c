/* SPDX-License-Identifier: MIT */
#include <meterwire/device.h>

#include <string.h>

#include "../mbus/mbus_internal.h"

/* The exponent of the last digit that the record of a row has. */
static int8_t mbus_device_exponent(const mw_mbus_row *row)
{
    mw_mbus_meaning meaning;
    (void)mw_mbus_head(row->head, row->head_bytes, &meaning);
    return (int8_t)(meaning.exp10 + row->exp10);
}

static mw_status mbus_device_ask(const mw_mbus_device *device, const mw_mbus_row *row, mw_reading *reading)
{
    memset(reading, 0, sizeof *reading);
    reading->id = mw_mbus_row_id(row);
    reading->unit = row->unit;
    reading->exp10 = mbus_device_exponent(row);
    return device->value(device->user, reading->id, reading);
}

/* Joins the digits of the present row and of the last two digits, which are the next row's. */
static mw_status mbus_device_join(mw_reading *reading, const mw_reading *below)
{
    int64_t above_n;
    int64_t below_n;
    if (below->quality != MW_QUALITY_GOOD) {
        reading->quality = below->quality;
    }
    if (reading->quality != MW_QUALITY_GOOD) {
        return MW_OK;
    }
    if (mw_decimal_rescale(reading->n, reading->exp10, 0, &above_n) != MW_OK ||
        mw_decimal_rescale(below->n, below->exp10, 0, &below_n) != MW_OK || above_n > INT32_MAX || above_n < 0 ||
        below_n > 99 || below_n < 0) {
        return MW_ERR_RANGE;
    }
    reading->n = above_n * 100 + below_n;
    reading->exp10 = 0;
    return MW_OK;
}

/* A value that does not fit is sent as invalid: it costs no other one. */
static void mbus_device_put_reading(mw_mbus_draft *draft, const mw_mbus_row *row, mw_reading *reading)
{
    mw_mbus_draft before = *draft;
    mw_mbus_put(draft, row->head, row->head_bytes, reading);
    if (draft->status == MW_ERR_RANGE) {
        *draft = before;
        reading->quality = MW_QUALITY_OVERFLOW;
        mw_mbus_put(draft, row->head, row->head_bytes, reading);
    }
}

/* Puts a row, and the one behind it when both are one record. */
static mw_status mbus_device_put(const mw_mbus_device *device, const mw_mbus_row *row, mw_mbus_draft *draft)
{
    mw_reading reading;
    mw_status status = mbus_device_ask(device, row, &reading);
    if (status == MW_OK && row->part == MW_MBUS_ABOVE_100) {
        mw_reading below;
        status = mbus_device_ask(device, row + 1, &below);
        if (status == MW_OK && mbus_device_join(&reading, &below) != MW_OK) {
            reading.quality = MW_QUALITY_OVERFLOW;
        }
    }
    reading.exp10 = (int8_t)(reading.exp10 - row->exp10);
    if (status == MW_OK) {
        mbus_device_put_reading(draft, row, &reading);
    }
    return status;
}

static mw_status mbus_device_readout(void *user, unsigned application, unsigned number, mw_mbus_draft *draft,
                                     bool *more)
{
    const mw_mbus_device *const device = (const mw_mbus_device *)user;
    mw_status status = MW_OK;
    (void)application;
    (void)number;
    *more = false;
    for (unsigned i = 0; i < device->model->row_count && status == MW_OK; i++) {
        if (device->model->rows[i].part != MW_MBUS_BELOW_100) {
            status = mbus_device_put(device, &device->model->rows[i], draft);
        }
    }
    return status;
}

/* The setting that a record writes, or null; its value in n. */
static const mw_mbus_setting *mbus_device_find(const mw_mbus_model *model, const mw_mbus_record *record, int64_t *n)
{
    const size_t head_bytes = (size_t)record->dib_bytes + record->vib_bytes;
    for (unsigned i = 0; i < model->setting_count; i++) {
        const mw_mbus_setting *const setting = &model->settings[i];
        if (setting->head_bytes == head_bytes && memcmp(setting->head, record->bytes, head_bytes) == 0) {
            const bool good = record->kind == MW_KIND_NUMBER && record->quality == MW_QUALITY_GOOD;
            if (setting->what.kind == MW_SETTING_ACTION) {
                *n = 0; /* whatever it carries */
                return setting;
            }
            return good && mw_decimal_rescale(record->n, setting->exp10, 0, n) == MW_OK &&
                           mw_setting_allows(&setting->what, *n)
                       ? setting
                       : NULL;
        }
    }
    return NULL;
}

static mw_status mbus_device_set(mw_mbus_device *device, const mw_mbus_setting *setting, const mw_mbus_record *record,
                                 int64_t n)
{
    const mw_status status = device->set(device->user, setting, n);
    if (status == MW_OK && record->quantity == MW_MBUS_Q_BUS_ADDRESS) {
        device->slave.address = (uint8_t)n;
    } else if (status == MW_OK && record->quantity == MW_MBUS_Q_IDENTIFICATION) {
        device->slave.header.id = (uint32_t)mw_mbus_unsigned(record->bytes + record->length - 4, 4, false);
    }
    return status;
}

/* Goes through the records and writes them, or only looks whether all can be written. */
static mw_status mbus_device_write(mw_mbus_device *device, const mw_mbus_telegram *telegram, bool really)
{
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_status status = MW_OK;
    mw_mbus_records(telegram, &cursor);
    while (status == MW_OK && (status = mw_mbus_next(&cursor, &record)) == MW_OK) {
        int64_t n;
        const mw_mbus_setting *const setting = mbus_device_find(device->model, &record, &n);
        if (setting == NULL) {
            status = MW_ERR_UNSUPPORTED;
        } else if (really) {
            status = mbus_device_set(device, setting, &record, n);
        }
    }
    return status == MW_END ? MW_OK : status;
}

/* Settings whose value is in the CI field. */
static mw_status mbus_device_command(mw_mbus_device *device, uint8_t ci)
{
    for (unsigned i = 0; i < device->model->setting_count; i++) {
        const mw_mbus_setting *const setting = &device->model->settings[i];
        if (setting->head_bytes == 0 && ci >= setting->ci && mw_setting_allows(&setting->what, ci - setting->ci)) {
            return device->set(device->user, setting, ci - setting->ci);
        }
    }
    return MW_ERR_UNSUPPORTED;
}

static mw_status mbus_device_receive(void *user, const mw_mbus_telegram *telegram, uint8_t *code)
{
    mw_mbus_device *const device = (mw_mbus_device *)user;
    mw_status status = MW_ERR_UNSUPPORTED;
    *code = MW_MBUS_ERROR_CI;
    if (device->set == NULL) {
        return status;
    }
    if (telegram->content == MW_MBUS_COMMAND) {
        return mbus_device_command(device, telegram->frame.ci);
    }
    if (telegram->content == MW_MBUS_RECORDS) {
        *code = 0;
        status = mbus_device_write(device, telegram, false);
        if (status == MW_OK) {
            status = mbus_device_write(device, telegram, true);
        }
    }
    return status;
}

void mw_mbus_device_init(mw_mbus_device *device, const mw_mbus_model *model, uint8_t *reply)
{
    memset(device, 0, sizeof *device);
    device->model = model;
    device->slave.header.manufacturer = model->manufacturer;
    device->slave.header.version = model->version;
    device->slave.header.medium = model->medium;
    device->slave.address = model->address;
    device->slave.reply = reply;
    device->slave.user = device;
    device->slave.readout = mbus_device_readout;
    device->slave.receive = mbus_device_receive;
}

mw_status mw_mbus_device_answer(mw_mbus_device *device, const uint8_t *request, size_t count, size_t *reply_length)
{
    return mw_mbus_slave_answer(&device->slave, request, count, reply_length);
}
