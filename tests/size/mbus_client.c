/* SPDX-License-Identifier: MIT */
/* A firmware that reads an M-Bus meter by its primary address: link, framer, master, decoder. */
#include <meterwire/mbus_master.h>

#include <string.h>

#include "../vectors/wago_879_mbus.h"
#include "firmware.h"

static mw_status client_write(void *user, const uint8_t *bytes, size_t count)
{
    (void)user;
    firmware_send(bytes, count);
    return MW_OK;
}

static mw_status client_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    (void)user;
    (void)wait_us;
    *count = firmware_receive(bytes, size);
    return MW_OK;
}

static uint32_t client_now_us(void *user)
{
    (void)user;
    return firmware_now_us();
}

static uint8_t buffer[MW_MBUS_FRAME_MAX];
static mw_link link_state;
static mw_mbus_master master;
static const mw_link_config config = {.char_us = MW_LINK_CHAR_US(2400)};
static const mw_io io = {NULL, client_write, client_read, client_now_us, NULL, NULL};

void firmware_run(void)
{
    static mw_mbus_telegram telegram;
    static mw_mbus_cursor cursor;
    static mw_mbus_record record;
    unsigned good = 0;
    mw_link_init(&link_state, &mw_framer_mbus, &config, buffer, sizeof buffer, firmware_now_us());
    mw_mbus_master_init(&master, &link_state);
    mw_mbus_begin_read(&master, 1);
    while (mw_mbus_wait(&master, &io, &telegram) == MW_OK) {
        mw_mbus_records(&telegram, &cursor);
        while (mw_mbus_next(&cursor, &record) == MW_OK) {
            good += record.quality == MW_QUALITY_GOOD;
        }
    }
    firmware_result(good == WAGO_MBUS_RECORDS ? FIRMWARE_GOOD : good);
}

/* To a request for data the readout, to everything else E5. */
size_t firmware_answer(const uint8_t *request, size_t count, uint8_t answer[FIRMWARE_ANSWER_MAX])
{
    if (count > 1 && (request[1] & ~(unsigned)MW_MBUS_FCB) == MW_MBUS_REQ_UD2) {
        memcpy(answer, wago_mbus_frame, sizeof wago_mbus_frame);
        return sizeof wago_mbus_frame;
    }
    answer[0] = 0xE5;
    return 1;
}
