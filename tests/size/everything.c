/* SPDX-License-Identifier: MIT */
/* A firmware with all of the library, used or not; it identifies, sets and reads a meter over RTU and over M-Bus, and
 * is that meter, too, on the same stack. */
#include <meterwire/meterwire.h>

#include <string.h>

#include "firmware.h"

static const mw_model *const model = &mw_model_wago_879_3000;
static const mw_mbus_model *const mbus_model = &mw_mbus_model_wago_879_3000;
static const mw_selection all = {0, NULL, 0};
static const mw_link_config rtu_line = {.char_us = MW_LINK_CHAR_US(9600)};
static const mw_link_config mbus_line = {.char_us = MW_LINK_CHAR_US(2400)};

#define TARIFF          mw_obis_make(0, 96, 14, 0)
#define TARIFF_REGISTER 0x6048

static mw_link link_state;
static mw_meter meter;
static mw_mbus_master master;
static mw_mbus_device mbus_device;
static uint8_t buffer[MW_MBUS_FRAME_MAX];
static uint8_t reply[MW_MBUS_FRAME_MAX];
static bool on_mbus;
static int64_t tariff;
static unsigned good;

/* ---- the meter ---- */

static mw_status give(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    if (row == mw_model_identity_row(model)) {
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, model->identity, strlen(model->identity) + 1);
    } else if (row->type == MW_TYPE_DIGITS) {
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "12345678", 4u * row->regs);
    } else if (row->type == MW_TYPE_TEXT) {
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "F", 2);
    } else if (row->type == MW_TYPE_VERSION) {
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "1.34", 5);
    } else if (row->type == MW_TYPE_BITS) {
        reading->kind = MW_KIND_BITS;
    } else {
        reading->n =
            row->address == TARIFF_REGISTER ? tariff : 1; /* also of the register that tells that floats are floats */
    }
    return MW_OK;
}

static mw_status take(void *user, const mw_modbus_setting *setting, const mw_reading *value)
{
    (void)user;
    (void)setting;
    tariff = value->n;
    return MW_OK;
}

static mw_status give_mbus(void *user, mw_obis id, mw_reading *reading)
{
    (void)user;
    reading->n = mw_obis_equal(id, TARIFF) ? tariff : 1;
    return MW_OK;
}

static mw_status take_mbus(void *user, const mw_mbus_setting *setting, int64_t n)
{
    (void)user;
    (void)setting;
    tariff = n;
    return MW_OK;
}

size_t firmware_answer(const uint8_t *request, size_t count, uint8_t answer[FIRMWARE_ANSWER_MAX])
{
    static mw_device device = {&mw_model_wago_879_3000, 1, NULL, give, take};
    size_t length = 0;
    if (on_mbus) {
        mw_mbus_device_answer(&mbus_device, request, count, &length);
        memcpy(answer, reply, length);
    } else {
        mw_device_answer(&device, MW_MODBUS_RTU, request, count, answer, FIRMWARE_ANSWER_MAX, &length);
    }
    return length;
}

/* ---- who reads it ---- */

static mw_status line_write(void *user, const uint8_t *bytes, size_t count)
{
    (void)user;
    firmware_send(bytes, count);
    return MW_OK;
}

static mw_status line_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    (void)user;
    (void)wait_us;
    *count = firmware_receive(bytes, size);
    return MW_OK;
}

static uint32_t line_now_us(void *user)
{
    (void)user;
    return firmware_now_us();
}

static const mw_io io = {NULL, line_write, line_read, line_now_us, NULL, NULL};

static bool count_good(void *user, const mw_reading *reading)
{
    (void)user;
    good += reading->quality == MW_QUALITY_GOOD;
    return true;
}

/* Whether the tariff can be set, and every value comes. */
static bool set_and_read(int64_t wanted, unsigned values)
{
    good = 0;
    return mw_meter_set(&meter, &io, TARIFF, wanted, 0, 0) == MW_OK && tariff == wanted &&
           mw_meter_read_each(&meter, &io, &all, count_good, NULL) == MW_OK && good == values;
}

static bool use_rtu(void)
{
    static mw_identity identity;
    mw_link_init(&link_state, &mw_framer_rtu, &rtu_line, buffer, sizeof buffer, firmware_now_us());
    mw_meter_init(&meter, model, &link_state, MW_MODBUS_RTU, 1);
    return mw_identify(&link_state, &io, MW_MODBUS_RTU, 1, mw_models, &identity) == MW_OK && identity.model == model &&
           set_and_read(2, model->row_count);
}

static bool use_mbus(void)
{
    static mw_identity identity;
    static mw_mbus_telegram telegram;
    on_mbus = true;
    mw_mbus_device_init(&mbus_device, mbus_model, reply);
    mbus_device.value = give_mbus;
    mbus_device.set = take_mbus;
    mw_link_init(&link_state, &mw_framer_mbus, &mbus_line, buffer, sizeof buffer, firmware_now_us());
    mw_mbus_master_init(&master, &link_state);
    mw_meter_init_mbus(&meter, mbus_model, &master, mbus_device.slave.address, NULL);
    mw_mbus_begin_read(&master, mbus_device.slave.address);
    return mw_mbus_wait(&master, &io, &telegram) == MW_OK &&
           mw_identify_mbus(&telegram, mw_mbus_models, &identity) == MW_OK && identity.mbus_model == mbus_model &&
           set_and_read(3, mbus_model->row_count);
}

void firmware_run(void)
{
    firmware_result(use_rtu() && use_mbus() ? FIRMWARE_GOOD : good);
}
