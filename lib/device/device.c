/* SPDX-License-Identifier: MIT */
#include <meterwire/device.h>

#include <string.h>

/* Whether the model can give all these registers in one request. */
static bool device_has(const mw_model *model, uint16_t address, uint16_t count)
{
    for (unsigned i = 0; i < model->block_count; i++) {
        const mw_block *const block = &model->blocks[i];
        if (address >= block->address && (uint32_t)address + count <= (uint32_t)block->address + block->regs) {
            return true;
        }
    }
    return false;
}

/* Puts what a row and the registers asked for have in common. */
static mw_status device_put_row(const mw_device *device, const mw_row *row, uint16_t address, uint16_t count,
                                uint8_t *data)
{
    const uint32_t row_end = (uint32_t)row->address + row->regs;
    const uint32_t end = (uint32_t)address + count;
    const uint32_t from = row->address > address ? row->address : address;
    const uint32_t to = row_end < end ? row_end : end;
    uint8_t registers[2 * MW_DEVICE_ROW_REGS];
    mw_reading reading;
    mw_status status;
    if (from >= to) {
        return MW_OK;
    }
    if (row->regs > MW_DEVICE_ROW_REGS) {
        return MW_ERR_UNSUPPORTED;
    }
    memset(&reading, 0, sizeof reading);
    status = device->value(device->user, row, &reading);
    if (status == MW_OK) {
        status = mw_row_encode(row, &reading, registers);
    }
    if (status == MW_OK) {
        memcpy(data + 2 * (from - address), registers + 2 * (from - row->address), 2 * (to - from));
    }
    return status;
}

static uint8_t device_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    const mw_device *const device = (const mw_device *)user;
    const mw_model *const model = device->model;
    (void)unit;
    if (function != model->read_function) {
        return MW_MODBUS_ILLEGAL_FUNCTION;
    }
    if (!device_has(model, address, count)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    memset(data, 0, 2 * (size_t)count);
    for (unsigned i = 0; i < model->row_count; i++) {
        if (device_put_row(device, &model->rows[i], address, count, data) != MW_OK) {
            return MW_MODBUS_DEVICE_FAILURE;
        }
    }
    return 0;
}

static const mw_row *device_row_at(const mw_model *model, uint16_t address)
{
    for (unsigned i = 0; i < model->row_count; i++) {
        if (model->rows[i].address == address) {
            return &model->rows[i];
        }
    }
    return NULL;
}

static uint8_t device_write_setting(const mw_device *device, const mw_modbus_setting *setting, const uint8_t *data)
{
    const mw_row *const row = device_row_at(device->model, setting->address);
    const mw_kind kind = setting->what.kind == MW_SETTING_TIME ? MW_KIND_DATETIME : MW_KIND_NUMBER;
    mw_reading value;
    if (row == NULL || mw_row_span(row) > setting->regs) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    mw_model_decode(device->model, row, data, &value);
    if (setting->what.kind == MW_SETTING_RATIO) {
        value.n = value.n * 100 + mw_modbus_u16(data, 1);
    }
    if (value.kind != kind || value.quality != MW_QUALITY_GOOD || !mw_setting_allows(&setting->what, value.n)) {
        return MW_MODBUS_ILLEGAL_VALUE;
    }
    return device->set(device->user, setting, &value) == MW_OK ? 0 : MW_MODBUS_DEVICE_FAILURE;
}

static uint8_t device_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                            const uint8_t *data)
{
    const mw_device *const device = (const mw_device *)user;
    const mw_model *const model = device->model;
    (void)unit;
    if (device->set == NULL || mw_modbus_area_of(function) != MW_MODBUS_HOLDING) {
        return MW_MODBUS_ILLEGAL_FUNCTION;
    }
    for (unsigned i = 0; i < model->setting_count; i++) {
        const mw_modbus_setting *const setting = &model->settings[i];
        if (setting->address == address && setting->regs == count && setting->function == function) {
            return device_write_setting(device, setting, data);
        }
    }
    return MW_MODBUS_ILLEGAL_ADDRESS;
}

static bool device_serves(void *user, uint8_t unit)
{
    return ((const mw_device *)user)->unit == unit;
}

mw_status mw_device_answer(mw_device *device, mw_modbus_framing framing, const uint8_t *request, size_t length,
                           uint8_t *reply, size_t size, size_t *reply_length)
{
    mw_modbus_server server;
    server.user = device;
    server.read = device_read;
    server.write = device_write;
    server.serves = device_serves;
    server.other = NULL;
    return mw_modbus_serve(&server, framing, request, length, reply, size, reply_length);
}
