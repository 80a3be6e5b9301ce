/* SPDX-License-Identifier: MIT */
/* The monitor on a bus of any bytes, in any portions, with any silences between them.
 *
 * The first two bytes say what silence and what patience it has. Each portion has its length and the time before it in
 * front. Every frame that is told of must be what came, behind the noise that was counted. */
#include <meterwire/modbus_monitor.h>

#include "fuzz.h"

#define STREAM_MAX 4096u
#define UNIT_US    1000u

static struct seen {
    uint8_t stream[STREAM_MAX];
    size_t fed;
    size_t passed; /* bytes of frames and noise that were told of */
    uint32_t now_us;
    bool looked; /* for frames, since it was fed */
} seen;

static void check_frame(const mw_modbus_frame *frame)
{
    const uint8_t *const bytes = frame->pdu - 1;
    CHECK(frame->pdu_bytes >= 1 && frame->pdu_bytes + 3 <= MW_MODBUS_RTU_MAX);
    CHECK(bytes[0] == frame->unit && mw_crc16(bytes, frame->pdu_bytes + 3) == 0);
}

static void check_event(const mw_modbus_event *event)
{
    const size_t bytes = event->frame.pdu_bytes + 3;
    check_frame(&event->frame);
    seen.passed += event->noise_bytes;
    CHECK(seen.passed + bytes <= seen.fed);
    CHECK(memcmp(seen.stream + seen.passed, event->frame.pdu - 1, bytes) == 0);
    seen.passed += bytes;
    if (event->kind == MW_MODBUS_SEEN_REPLY) {
        CHECK(event->request.pdu != NULL);
        CHECK(event->request.unit == event->frame.unit);
        CHECK((event->frame.pdu[0] & 0x7F) == (event->request.pdu[0] & 0x7F));
        CHECK(event->request.pdu_bytes >= 1 && event->request.pdu_bytes + 3 <= MW_MODBUS_RTU_MAX);
    } else {
        CHECK(event->request.pdu == NULL);
        CHECK(event->kind == MW_MODBUS_SEEN_REQUEST || event->kind == MW_MODBUS_SEEN_STRAY);
    }
    CHECK(seen.now_us - event->time_us < UINT32_MAX / 2); /* not in the future */
}

static void look(mw_modbus_monitor *monitor)
{
    mw_modbus_event event;
    unsigned events = 0;
    mw_status status;
    while ((status = mw_modbus_monitor_next(monitor, seen.now_us, &event)) == MW_OK) {
        check_event(&event);
        CHECK(++events <= STREAM_MAX / 4);
    }
    CHECK(status == MW_AGAIN);
    seen.looked = true;
}

/* A lazy listener does not look before it feeds again. */
static void feed(mw_modbus_monitor *monitor, const uint8_t *bytes, size_t count, bool lazy)
{
    uint8_t *const copy = fuzz_copy(bytes, count);
    size_t at = 0;
    while (at < count) {
        const size_t taken = mw_modbus_monitor_feed(monitor, copy + at, count - at, seen.now_us);
        CHECK(taken <= count - at);
        CHECK(!seen.looked || taken == count - at); /* portions have 255 bytes at most */
        memcpy(seen.stream + seen.fed, copy + at, taken);
        seen.fed += taken;
        at += taken;
        seen.looked = false;
        if (!lazy || at < count) {
            look(monitor);
        }
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size < STREAM_MAX ? size : STREAM_MAX};
    mw_modbus_monitor *const monitor = (mw_modbus_monitor *)malloc(sizeof *monitor);
    CHECK(monitor != NULL);
    memset(&seen, 0, sizeof seen);
    mw_modbus_monitor_init(monitor, fuzz_byte(&in) * UNIT_US, fuzz_byte(&in) * 10 * UNIT_US);
    seen.looked = true;
    seen.now_us = UINT32_MAX - 50 * UNIT_US; /* the clock wraps around soon */
    while (in.count > 0) {
        const unsigned pause = fuzz_byte(&in);
        const unsigned portion = fuzz_byte(&in);
        const fuzz_input bytes = fuzz_take(&in, portion);
        seen.now_us += pause * UNIT_US;
        if (pause % 2 != 0) {
            look(monitor);
        }
        feed(monitor, bytes.bytes, bytes.count, pause % 4 == 2);
    }
    look(monitor);
    seen.now_us += 10000 * UNIT_US;
    look(monitor);
    free(monitor);
    return 0;
}
