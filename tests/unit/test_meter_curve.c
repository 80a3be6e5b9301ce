/* SPDX-License-Identifier: MIT */
/* Reading a load curve from a meter that is made of bare registers: a command that is taken, and one window. */
#include <meterwire/meterwire.h>

#include "../mw_test.h"
#include "answer_line.h"
#include "registers.h"

#define COMMAND 0x0200u
#define WINDOW  0x0300u
#define FIRST   0x01u

/* Two records a window, of time (2), "incomplete", value and one that means nothing. */
static const mw_load_curve two_records = {COMMAND, FIRST, 0x02, WINDOW, 2, 5, {1, 0, 1, 29, 0, 255}, MW_UNIT_W, 0};

static struct {
    mw_load_curve curve;
    mw_model model;
    unsigned requests;
    unsigned broken_at; /* the port fails at this request; 0: never */
    answer_line answer;
    mw_link_config config;
    mw_link link;
    mw_meter meter;
    mw_io io;
    uint8_t buffer[MW_MODBUS_FRAME_MAX];
    mw_curve_record records[4];
    size_t count;
} bench;

static mw_status line_write(void *user, const uint8_t *bytes, size_t count)
{
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    size_t length = 5;
    (void)user;
    assert_true(registers_intact(bytes, count));
    bench.requests++;
    if (bench.requests == bench.broken_at) {
        return MW_ERR_IO;
    }
    if (bytes[1] == 3) {
        length = registers_answer(bytes + 1, pdu);
    } else {
        assert_int_equal(word(bytes + 2), COMMAND);
        memcpy(pdu, bytes + 1, length);
    }
    bench.answer.count = frames_put(MW_MODBUS_RTU, 0, bytes[0], pdu, length, bench.answer.bytes);
    return MW_OK;
}

/* The window has one record: a mean of 1234 W in the hour before 2000-01-02. */
static void set_up(const mw_load_curve *curve)
{
    memset(&bench, 0, sizeof bench);
    registers_clear();
    registers_put(WINDOW, "0001 0005 0E10 0000 0001 0001  0001 5180 0000 04D2 0000");
    bench.curve = *curve;
    bench.model.name = "own";
    bench.model.read_function = 3;
    bench.model.max_regs = 125;
    bench.model.load_curve = &bench.curve;
    bench.io.write = line_write;
    bench.io.read = answer_line_read;
    bench.io.now_us = answer_line_now;
    bench.io.user = &bench.answer;
    mw_link_init(&bench.link, &mw_framer_rtu, &bench.config, bench.buffer, sizeof bench.buffer, 0);
    mw_meter_init(&bench.meter, &bench.model, &bench.link, MW_MODBUS_RTU, 1);
}

static mw_status read_all(void)
{
    return mw_curve_read(&bench.meter, &bench.io, bench.records, MW_COUNT(bench.records), &bench.count);
}

static void check_record(const mw_curve_record *record)
{
    assert_true(record->time == INT64_C(946684800) + 86400);
    assert_int_equal(record->period_s, 3600);
    assert_true(record->mean.n == 1234);
    assert_int_equal(record->mean.quality, MW_QUALITY_GOOD);
}

MW_TEST(a_window_that_is_not_full_is_the_last_one)
{
    (void)state;
    set_up(&two_records);
    assert_int_equal(read_all(), MW_OK);
    assert_int_equal(bench.count, 1);
    check_record(&bench.records[0]);
    assert_int_equal(bench.requests, 2); /* command, window */
}

MW_TEST(a_port_that_fails_ends_the_reading)
{
    (void)state;
    for (unsigned at = 1; at <= 2; at++) {
        set_up(&two_records);
        bench.broken_at = at;
        assert_int_equal(read_all(), MW_ERR_IO);
        assert_int_equal(bench.count, 0);
        assert_int_equal(bench.requests, at);
    }
}

/* 24 records of 5 registers behind 6 are 126; one request reads 125 at most. */
MW_TEST(a_window_that_no_request_can_read_is_an_error)
{
    mw_load_curve curve = two_records;
    (void)state;
    curve.records = 24;
    set_up(&curve);
    assert_int_equal(read_all(), MW_ERR_RANGE);
    assert_int_equal(bench.count, 0);
    assert_int_equal(bench.requests, 0); /* not even the command */
    bench.model.max_regs = 126;          /* more than there can be */
    assert_int_equal(read_all(), MW_ERR_ARGUMENT);
    assert_int_equal(bench.count, 0);
}

MW_TEST(a_reader_steps_when_the_link_is_done_and_stays_at_the_end)
{
    mw_curve_reader reader;
    mw_curve_record record;
    (void)state;
    set_up(&two_records);
    assert_int_equal(mw_curve_begin(&reader, &bench.meter), MW_OK);
    for (unsigned exchange = 1; exchange <= 2; exchange++) {
        assert_int_equal(mw_curve_next(&reader, bench.answer.now_us, &record), MW_AGAIN);
        assert_int_equal(mw_curve_next(&reader, bench.answer.now_us, &record), MW_AGAIN);
        assert_int_equal(bench.requests, exchange - 1);
        assert_int_equal(mw_link_run(&bench.link, &bench.io), MW_OK);
    }
    assert_int_equal(mw_curve_next(&reader, bench.answer.now_us, &record), MW_OK);
    check_record(&record);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(mw_curve_next(&reader, bench.answer.now_us, &record), MW_END);
    }
    assert_int_equal(bench.requests, 2);
}

MW_TESTS(MW_CASE(a_window_that_is_not_full_is_the_last_one), MW_CASE(a_port_that_fails_ends_the_reading),
         MW_CASE(a_window_that_no_request_can_read_is_an_error),
         MW_CASE(a_reader_steps_when_the_link_is_done_and_stays_at_the_end))
