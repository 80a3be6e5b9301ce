/* SPDX-License-Identifier: MIT */
/* Simulated meters that are asked anything, one request after the other: every model on Modbus and on M-Bus, and their
 * M-Bus slave.
 *
 * The first byte says the protocol (even: Modbus), the second names the model; then come requests, each with a byte
 * that says what it is and one for its length in front. The values of the meter follow from what was asked. */
#include <meterwire/device.h>
#include <meterwire/models.h>

#include "fuzz.h"

enum { SEND_RAW, SEND_PDU, SEND_BROADCAST, SEND_OTHER, SEND_WAYS };

static struct meter {
    uint32_t seed;
    unsigned sets;
} meter;

/* A number that may be anything. */
static int64_t some_number(void)
{
    meter.seed = meter.seed * 1664525u + 1013904223u;
    switch (meter.seed >> 29) {
    case 0:
        return INT64_MAX;
    case 1:
        return -(int64_t)(meter.seed >> 8 & 0xFFFF);
    case 2:
        return (int64_t)meter.seed << 20;
    default:
        return meter.seed >> 8 & 0xFFFF;
    }
}

/* ---- Modbus ---- */

static mw_status value(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    reading->n = some_number();
    reading->exp10 = row->exp10;
    reading->kind = (uint8_t)(meter.seed >> 4 & 15
                                  ? row->type == MW_TYPE_BITS                                         ? MW_KIND_BITS
                                    : row->type == MW_TYPE_CLOCK || row->type == MW_TYPE_SECONDS_2000 ? MW_KIND_DATETIME
                                    : row->type >= MW_TYPE_TEXT && row->type <= MW_TYPE_VERSION       ? MW_KIND_TEXT
                                                                                                      : MW_KIND_NUMBER
                                  : meter.seed % 8);
    if (reading->kind == MW_KIND_TEXT) {
        strcpy(reading->text, meter.seed % 3 == 0 ? "0123456789ABCDEF012" : "1.34");
    }
    reading->quality = meter.seed % 16 == 0 ? MW_QUALITY_NOT_AVAILABLE : MW_QUALITY_GOOD;
    return meter.seed % 64 == 0 ? MW_ERR_IO : MW_OK;
}

static mw_status set(void *user, const mw_modbus_setting *setting, const mw_reading *reading)
{
    const mw_device *const device = (const mw_device *)user;
    CHECK(setting >= device->model->settings && setting < device->model->settings + device->model->setting_count);
    CHECK(reading->quality == MW_QUALITY_GOOD && mw_setting_allows(&setting->what, reading->n));
    meter.sets++;
    return meter.seed % 4 == 0 ? MW_ERR_VALUE : MW_OK;
}

static void ask_modbus(mw_device *device, mw_modbus_framing framing, const uint8_t *request, size_t length)
{
    uint8_t *const frame = fuzz_copy(request, length);
    uint8_t *const reply = (uint8_t *)malloc(MW_MODBUS_FRAME_MAX);
    size_t reply_length = 0;
    mw_modbus_frame asked;
    mw_modbus_frame answer;
    mw_modbus_reply taken;
    mw_status status;
    CHECK(reply != NULL);
    meter.sets = 0;
    status = mw_device_answer(device, framing, frame, length, reply, MW_MODBUS_FRAME_MAX, &reply_length);
    CHECK(meter.sets <= 1 && reply_length <= MW_MODBUS_FRAME_MAX);
    CHECK(status == MW_OK || (reply_length == 0 && meter.sets == 0));
    if (reply_length > 0) {
        CHECK(mw_modbus_open(framing, frame, length, &asked) == MW_OK);
        CHECK(mw_modbus_open(framing, reply, reply_length, &answer) == MW_OK);
        CHECK(answer.unit == device->unit && asked.unit == device->unit);
        if (mw_modbus_request_length(asked.pdu, asked.pdu_bytes) == (int)asked.pdu_bytes) {
            status = mw_modbus_decode_reply(framing, frame, length, reply, reply_length, &taken);
            CHECK(status == MW_OK || status == MW_ERR_REFUSED);
            CHECK(status != MW_OK || taken.data_bytes > 0 || meter.sets == 1);
        }
    }
    free(reply);
    free(frame);
}

static void run_modbus(fuzz_input *in, const mw_model *model)
{
    mw_device device = {model, 5, NULL, value, set};
    device.user = &device;
    while (in->count > 0) {
        const unsigned way = fuzz_byte(in);
        const mw_modbus_framing framing = way % 2 != 0 ? MW_MODBUS_TCP : MW_MODBUS_RTU;
        const unsigned most = fuzz_byte(in);
        const fuzz_input bytes = fuzz_take(in, most);
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        size_t length = 0;
        device.set = way >= 0x80 ? NULL : set;
        if (way / 2 % SEND_WAYS == SEND_RAW) {
            ask_modbus(&device, framing, bytes.bytes, bytes.count);
        } else if (bytes.count >= 1 && bytes.count <= MW_MODBUS_PDU_MAX) {
            memcpy(frame + mw_modbus_pdu_offset(framing), bytes.bytes, bytes.count);
            CHECK(mw_modbus_seal(framing, 7, way / 2 % SEND_WAYS == SEND_BROADCAST ? 0 : device.unit, frame,
                                 sizeof frame, bytes.count, &length) == MW_OK);
            ask_modbus(&device, framing, frame, length);
        }
    }
}

/* ---- M-Bus ---- */

static mw_status mbus_value(void *user, mw_obis id, mw_reading *reading)
{
    (void)user;
    (void)id;
    reading->n = some_number();
    reading->quality = meter.seed % 16 == 0 ? MW_QUALITY_INVALID : MW_QUALITY_GOOD;
    return meter.seed % 64 == 0 ? MW_ERR_IO : MW_OK;
}

static mw_status mbus_set(void *user, const mw_mbus_setting *setting, int64_t n)
{
    const mw_mbus_device *const device = (const mw_mbus_device *)user;
    CHECK(setting >= device->model->settings && setting < device->model->settings + device->model->setting_count);
    CHECK(setting->what.kind == MW_SETTING_ACTION || mw_setting_allows(&setting->what, n));
    meter.sets++;
    return meter.seed % 4 == 0 ? MW_ERR_VALUE : MW_OK;
}

/* All records of a readout can be taken apart. */
static void check_readout(const uint8_t *reply, size_t length)
{
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_status status;
    CHECK(mw_mbus_decode(reply, length, &telegram, NULL) == MW_OK);
    CHECK(telegram.content == MW_MBUS_RECORDS || telegram.content == MW_MBUS_APPLICATION_ERROR);
    mw_mbus_records(&telegram, &cursor);
    while ((status = mw_mbus_next(&cursor, &record)) == MW_OK) {
        CHECK(record.quality <= MW_QUALITY_OVERFLOW);
    }
    CHECK(status == MW_END);
}

static void ask_mbus(mw_mbus_device *device, const uint8_t *request, size_t length)
{
    uint8_t *const frame = fuzz_copy(request, length);
    size_t reply_length = 0;
    mw_mbus_frame answer;
    const mw_status status = mw_mbus_device_answer(device, frame, length, &reply_length);
    CHECK(reply_length <= MW_MBUS_FRAME_MAX);
    CHECK(status == MW_OK || reply_length == 0);
    if (reply_length > 0) {
        CHECK(mw_mbus_open(device->slave.reply, reply_length, &answer, NULL) == MW_OK && answer.length == reply_length);
        CHECK(answer.type == MW_MBUS_ACK || (answer.c & 0x0F) == MW_MBUS_RSP_UD);
        if (answer.type == MW_MBUS_LONG) {
            check_readout(device->slave.reply, reply_length);
        }
    }
    free(frame);
}

static void run_mbus(fuzz_input *in, const mw_mbus_model *model)
{
    uint8_t *const reply = (uint8_t *)malloc(MW_MBUS_FRAME_MAX);
    mw_mbus_device device;
    CHECK(reply != NULL);
    mw_mbus_device_init(&device, model, reply);
    device.user = &device;
    device.value = mbus_value;
    device.set = mbus_set;
    device.slave.header.id = 0x12345678;
    while (in->count > 0) {
        const unsigned way = fuzz_byte(in);
        const unsigned most = fuzz_byte(in);
        const fuzz_input bytes = fuzz_take(in, most);
        uint8_t frame[MW_MBUS_FRAME_MAX];
        size_t length = 0;
        mw_mbus_draft draft;
        meter.sets = 0;
        if (way % SEND_WAYS == SEND_RAW) {
            ask_mbus(&device, bytes.bytes, bytes.count);
        } else if (bytes.count >= 2 && way % SEND_WAYS == SEND_OTHER) {
            mw_mbus_encode_short(bytes.bytes[0], bytes.bytes[1], frame);
            ask_mbus(&device, frame, 5);
        } else if (bytes.count >= 1 && way % SEND_WAYS != SEND_OTHER) { /* to it, to all, to the selected one */
            static const uint8_t addresses[] = {MW_MBUS_ADDRESS_ALL, MW_MBUS_ADDRESS_SELECTED};
            mw_mbus_begin(&draft, frame, sizeof frame, (uint8_t)(MW_MBUS_SND_UD | (way & MW_MBUS_FCB)),
                          addresses[way % SEND_WAYS - 1], bytes.bytes[0]);
            mw_mbus_put_bytes(&draft, bytes.bytes + 1, bytes.count - 1);
            if (mw_mbus_finish(&draft, &length) == MW_OK) {
                ask_mbus(&device, frame, length);
            }
        }
    }
    free(reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    const bool modbus = fuzz_byte(&in) % 2 == 0;
    const size_t number = fuzz_byte(&in);
    size_t models = 0;
    memset(&meter, 0, sizeof meter);
    meter.seed = (uint32_t)(size * 2654435761u);
    if (modbus) {
        while (mw_models[models] != NULL) {
            models++;
        }
        run_modbus(&in, mw_models[number % models]);
    } else {
        while (mw_mbus_models[models] != NULL) {
            models++;
        }
        run_mbus(&in, mw_mbus_models[number % models]);
    }
    return 0;
}
