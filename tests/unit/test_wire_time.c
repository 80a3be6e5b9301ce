/* SPDX-License-Identifier: MIT */
/* How long a full read takes on a simulated line, against what the bytes of the ideal plan take on the wire. */
#include <meterwire/meterwire.h>

#include "../mw_test.h"
#include "sim_line.h"

#define TURNAROUND_US 20000u
#define WAGO_VALUES   101u
#define WRAPS_SOON    (UINT32_MAX - 15000u)

static struct {
    sim_line line;
    mw_io io;
    mw_link_config config;
    mw_link link;
    mw_meter meter;
    mw_device device;
    mw_mbus_device mbus_device;
    mw_mbus_master master;
    uint8_t buffer[2 * MW_MBUS_FRAME_MAX];
    uint8_t reply[MW_MBUS_FRAME_MAX];
    size_t wire_bytes; /* both ways */
    mw_reading readings[WAGO_VALUES];
    size_t count;
} bench;

static const mw_selection measurements = {MW_GROUP_FAST | MW_GROUP_SLOW, NULL, 0};

static mw_status give_address(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    reading->n = row->address & 0x7FFF;
    return MW_OK;
}

static mw_status give_zero(void *user, mw_obis id, mw_reading *reading)
{
    (void)user;
    (void)id;
    reading->n = 0;
    return MW_OK;
}

/* The request takes its time, then the device, then each character of the answer. */
static void say_reply(sim_line *line, size_t request_length, size_t length)
{
    const uint32_t char_us = bench.config.char_us;
    bench.wire_bytes += request_length + length;
    assert_true(length > 0);
    assert_true(sim_say(line, SIM_NOW, char_us * (request_length + 1) + TURNAROUND_US, char_us, bench.reply, length));
}

static void answer_rtu(sim_line *line, const uint8_t *request, size_t request_length)
{
    size_t length = 0;
    assert_int_equal(mw_device_answer(&bench.device, MW_MODBUS_RTU, request, request_length, bench.reply,
                                      sizeof bench.reply, &length),
                     MW_OK);
    say_reply(line, request_length, length);
}

static void answer_mbus(sim_line *line, const uint8_t *request, size_t request_length)
{
    size_t length = 0;
    assert_int_equal(mw_mbus_device_answer(&bench.mbus_device, request, request_length, &length), MW_OK);
    say_reply(line, request_length, length);
}

static void set_up(const mw_framer *framer, uint32_t baud)
{
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.line, WRAPS_SOON);
    bench.io = sim_io(&bench.line);
    bench.config.char_us = MW_LINK_CHAR_US(baud);
    mw_link_init(&bench.link, framer, &bench.config, bench.buffer, sizeof bench.buffer, WRAPS_SOON);
}

static void set_up_rtu(uint32_t baud)
{
    set_up(&mw_framer_rtu, baud);
    bench.line.listener = answer_rtu;
    bench.device.model = &mw_model_wago_879_3000;
    bench.device.unit = 1;
    bench.device.value = give_address;
    mw_meter_init(&bench.meter, &mw_model_wago_879_3000, &bench.link, MW_MODBUS_RTU, 1);
}

/* What a driver of a port does, without waiting anywhere; the time that each turn lets pass is the line's poll_us. */
static void read_by_steps(void)
{
    mw_status status;
    mw_meter_begin(&bench.meter, &measurements);
    while ((status = mw_meter_next(&bench.meter, sim_now(&bench.line), &bench.readings[bench.count])) != MW_END) {
        uint32_t wait_us;
        size_t length;
        if (status == MW_OK) {
            bench.count++;
            assert_true(bench.count <= WAGO_VALUES);
        } else if (mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us) == MW_LINK_SEND) {
            const uint8_t *const request = mw_link_request(&bench.link, &length);
            sim_send(&bench.line, request, length);
            mw_link_sent(&bench.link, sim_now(&bench.line));
        } else {
            bench.line.time_us += bench.line.poll_us;
            assert_true(sim_hand_over(&bench.line, &bench.link));
        }
    }
}

/* modbus_pitfalls: the sum over the requests of (8 + 5 + 2n) characters, the device, and one gap of 3.5 characters, or
 * 1.75 ms above 19200 baud. In nanoseconds. */
static uint64_t ideal_rtu_ns(uint32_t baud)
{
    static const uint64_t registers[] = {56, 125, 20};
    const uint64_t char_ns = UINT64_C(11000000000) / baud;
    uint64_t ns = 0;
    for (size_t i = 0; i < MW_COUNT(registers); i++) {
        ns += (13 + 2 * registers[i]) * char_ns + UINT64_C(1000) * TURNAROUND_US +
              (baud > 19200 ? 1750000 : 7 * char_ns / 2);
    }
    return ns;
}

/* At most 2 % longer, and not shorter than physics; half a per mille is for rounding to microseconds. */
static void check_time(uint64_t ideal_ns)
{
    const uint64_t ns = bench.line.time_us * 1000;
    assert_true(ns <= ideal_ns + ideal_ns / 50);
    assert_true(ns >= ideal_ns - ideal_ns / 2000);
}

static void check_rtu(uint32_t baud)
{
    assert_int_equal(mw_meter_status(&bench.meter), MW_OK);
    assert_int_equal(bench.count, WAGO_VALUES);
    assert_int_equal(bench.line.sent, 3);
    assert_int_equal(bench.wire_bytes, 441);
    check_time(ideal_rtu_ns(baud));
}

MW_TEST(the_ideal_is_577_ms)
{
    (void)state;
    assert_in_range(ideal_rtu_ns(9600), 576500000, 577500000);
}

MW_TEST(a_full_read_takes_the_time_of_its_bytes)
{
    static const uint32_t bauds[] = {300, 2400, 9600, 19200, 38400, 115200};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bauds); i++) {
        set_up_rtu(bauds[i]);
        assert_int_equal(
            mw_meter_read(&bench.meter, &bench.io, &measurements, bench.readings, WAGO_VALUES, &bench.count), MW_OK);
        check_rtu(bauds[i]);
    }
}

MW_TEST(a_loop_that_looks_every_millisecond_is_fast_enough)
{
    static const uint32_t turns_us[] = {1, 10, 100, 1000};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(turns_us); i++) {
        set_up_rtu(9600);
        bench.line.poll_us = turns_us[i];
        read_by_steps();
        check_rtu(9600);
    }
}

/* ---- M-Bus ---- */

/* SND_NKE and E5, REQ_UD2 and the telegram; each with the device's time and the 33 bits before the request. */
static uint64_t ideal_mbus_ns(uint32_t baud, size_t telegram_bytes)
{
    const uint64_t char_ns = UINT64_C(11000000000) / baud;
    return (5 + 1 + 5 + telegram_bytes + 2 * 3) * char_ns + 2 * UINT64_C(1000) * TURNAROUND_US;
}

MW_TEST(a_readout_takes_the_time_of_its_bytes)
{
    static const uint32_t bauds[] = {300, 2400, 9600};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bauds); i++) {
        set_up(&mw_framer_mbus, bauds[i]);
        bench.line.listener = answer_mbus;
        mw_mbus_device_init(&bench.mbus_device, &mw_mbus_model_wago_879_3000, bench.reply);
        bench.mbus_device.value = give_zero;
        mw_mbus_master_init(&bench.master, &bench.link);
        mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &bench.master, bench.mbus_device.slave.address,
                           NULL);
        assert_int_equal(mw_meter_read(&bench.meter, &bench.io, NULL, bench.readings, WAGO_VALUES, &bench.count),
                         MW_OK);
        assert_int_equal(bench.count, mw_mbus_model_wago_879_3000.row_count);
        assert_int_equal(bench.line.sent, 2);
        assert_in_range(bench.wire_bytes - 11, 200, 255);
        check_time(ideal_mbus_ns(bauds[i], bench.wire_bytes - 11));
    }
}

MW_TESTS(MW_CASE(the_ideal_is_577_ms), MW_CASE(a_full_read_takes_the_time_of_its_bytes),
         MW_CASE(a_loop_that_looks_every_millisecond_is_fast_enough), MW_CASE(a_readout_takes_the_time_of_its_bytes))
