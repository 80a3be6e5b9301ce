/* SPDX-License-Identifier: MIT */
#include <meterwire/io.h>
#include <meterwire/modbus.h>

#include "../mw_test.h"
#include "sim_line.h"

#define TIMEOUT_US 200000u
#define LATENCY_US 20000u
#define WRAPS_SOON (UINT32_MAX - 15000u)

/* FC 3 to unit 1; the check sums are those of CRC-16/MODBUS. */
static const uint8_t rtu_request[] = {0x01, 0x03, 0x00, 0x00, 0x00, 0x02, 0xC4, 0x0B};
static const uint8_t rtu_answer[] = {0x01, 0x03, 0x04, 0x12, 0x34, 0x56, 0x78, 0x81, 0x07};
static const uint8_t tcp_request[] = {0, 7, 0, 0, 0, 6, 0x01, 0x03, 0x00, 0x00, 0x00, 0x02};
static const uint8_t tcp_answer[] = {0, 7, 0, 0, 0, 7, 0x01, 0x03, 0x04, 0x12, 0x34, 0x56, 0x78};

static const uint8_t rtu_other[] = {0x01, 0x03, 0x04, 0xDE, 0xAD, 0xBE, 0xEF, 0x61, 0xD6};

/* ---- one link on one line ---- */

static struct bench {
    sim_line line;
    mw_io io;
    mw_link link;
    mw_link_config config;
    uint8_t buffer[MW_MODBUS_FRAME_MAX];
    size_t sent_count;
    uint8_t sent[64];
    size_t received_count;
    uint8_t received[64];
} bench;

static void set_up_buffer(bool numbered, size_t size)
{
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.line, WRAPS_SOON);
    bench.io = sim_io(&bench.line);
    bench.config.char_us = numbered ? 0 : MW_LINK_CHAR_US(9600);
    mw_link_init(&bench.link, numbered ? &mw_framer_tcp : &mw_framer_rtu, &bench.config, bench.buffer, size,
                 sim_now(&bench.line));
}

static void set_up(bool numbered)
{
    set_up_buffer(numbered, sizeof bench.buffer);
}

static void say(unsigned after, uint64_t at_us, const uint8_t *bytes, size_t count)
{
    assert_true(sim_say(&bench.line, after, at_us, 0, bytes, count));
}

static mw_status exchange(bool numbered, unsigned repeats)
{
    return mw_link_exchange(&bench.link, &bench.io, numbered ? tcp_request : rtu_request,
                            numbered ? sizeof tcp_request : sizeof rtu_request, TIMEOUT_US, repeats);
}

static void check_reply(const uint8_t *expected, size_t count)
{
    size_t length = 0;
    const uint8_t *const reply = mw_link_reply(&bench.link, &length);
    assert_int_equal(length, count);
    if (length == count) {
        assert_memory_equal(reply, expected, count);
    }
}

static void check_good(bool numbered)
{
    const uint8_t *const answer = numbered ? tcp_answer : rtu_answer;
    const size_t count = numbered ? sizeof tcp_answer : sizeof rtu_answer;
    say(bench.line.sent + 1, LATENCY_US, answer, count);
    assert_int_equal(exchange(numbered, 0), MW_OK);
    assert_int_equal(mw_link_status(&bench.link), MW_OK);
    check_reply(answer, count);
}

/* ---- success ---- */

MW_TEST(a_good_exchange_ends_with_the_reply)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        set_up(numbered != 0);
        check_good(numbered != 0);
        check_good(numbered != 0);
        assert_int_equal(bench.line.writes, 2);
        assert_true(bench.line.time_us <= 2 * (LATENCY_US + 5000));
    }
}

MW_TEST(a_good_exchange_on_tcp_costs_one_write_and_one_read)
{
    (void)state;
    set_up(true);
    check_good(true);
    assert_int_equal(bench.line.writes, 1);
    assert_int_equal(bench.line.reads, 1);
    check_good(true);
    assert_int_equal(bench.line.writes, 2);
    assert_int_equal(bench.line.reads, 2);
}

MW_TEST(an_answer_in_pieces_is_read_to_its_end)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        const uint8_t *const answer = numbered ? tcp_answer : rtu_answer;
        const size_t count = numbered ? sizeof tcp_answer : sizeof rtu_answer;
        set_up(numbered != 0);
        assert_true(sim_say(&bench.line, 1, LATENCY_US, 1146, answer, count));
        assert_int_equal(exchange(numbered != 0, 0), MW_OK);
        check_reply(answer, count);
    }
}

MW_TEST(a_buffer_of_the_answers_size_is_enough_again_and_again)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        set_up_buffer(numbered != 0, numbered != 0 ? sizeof tcp_answer : sizeof rtu_answer);
        for (unsigned i = 0; i < 3; i++) {
            check_good(numbered != 0);
        }
        assert_true(bench.line.least_size >= 1);
    }
}

MW_TEST(an_exchange_that_was_started_elsewhere_is_run)
{
    (void)state;
    set_up(false);
    say(1, LATENCY_US, rtu_answer, sizeof rtu_answer);
    mw_link_start(&bench.link, rtu_request, sizeof rtu_request, TIMEOUT_US, 0, sim_now(&bench.line));
    assert_int_equal(mw_link_run(&bench.link, &bench.io), MW_OK);
    check_reply(rtu_answer, sizeof rtu_answer);
    assert_int_equal(mw_link_run(&bench.link, &bench.io), MW_OK); /* it is done already */
    check_reply(rtu_answer, sizeof rtu_answer);
    assert_int_equal(bench.line.writes, 1);
}

MW_TEST(running_what_was_never_started_does_nothing)
{
    (void)state;
    set_up(false);
    assert_int_equal(mw_link_run(&bench.link, &bench.io), MW_AGAIN);
    assert_int_equal(bench.line.writes, 0);
    assert_int_equal(bench.line.reads, 0);
}

/* ---- what else the link reports ---- */

MW_TEST(a_refusal_is_reported_with_its_frame)
{
    static const uint8_t refusal[] = {0, 7, 0, 0, 0, 3, 0x01, 0x83, 0x02};
    (void)state;
    set_up(true);
    say(1, LATENCY_US, refusal, sizeof refusal);
    assert_int_equal(exchange(true, 3), MW_ERR_REFUSED);
    check_reply(refusal, sizeof refusal);
    assert_int_equal(bench.line.writes, 1);
}

MW_TEST(silence_ends_with_a_timeout_in_time)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        for (unsigned repeats = 0; repeats <= 3; repeats++) {
            set_up(numbered != 0);
            assert_int_equal(exchange(numbered != 0, repeats), MW_ERR_TIMEOUT);
            assert_int_equal(bench.line.writes, repeats + 1);
            assert_true(bench.line.time_us >= (uint64_t)(repeats + 1) * TIMEOUT_US);
            assert_true(bench.line.time_us <=
                        (uint64_t)(repeats + 1) * (TIMEOUT_US + 5000 + (8 + 264) * bench.config.char_us));
            check_good(numbered != 0);
        }
    }
}

MW_TEST(a_read_that_returns_early_with_nothing_changes_nothing)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        set_up(numbered != 0);
        bench.line.poll_us = 100;
        check_good(numbered != 0);
        assert_int_equal(exchange(numbered != 0, 0), MW_ERR_TIMEOUT);
        assert_true(bench.line.time_us - bench.line.sent_us >= TIMEOUT_US);
        check_good(numbered != 0);
    }
}

MW_TEST(no_wait_is_longer_than_timeout_and_answer_together)
{
    const uint32_t most_us = TIMEOUT_US + (8 + 264) * MW_LINK_CHAR_US(9600);
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        set_up(numbered != 0);
        check_good(numbered != 0);
        assert_int_equal(exchange(numbered != 0, 1), MW_ERR_TIMEOUT);
        check_good(numbered != 0); /* on RTU held back before */
        say(bench.line.sent + 1, LATENCY_US, rtu_answer, 4);
        assert_true(exchange(numbered != 0, 0) < 0);
        check_good(numbered != 0);
        assert_in_range(bench.line.longest_wait_us, 1, most_us);
    }
}

/* ---- what stands in the port's buffer ---- */

MW_TEST(what_came_since_the_last_exchange_is_thrown_away_on_rtu)
{
    (void)state;
    set_up(false);
    check_good(false);
    say(SIM_NOW, 1000, rtu_other, sizeof rtu_other);
    bench.line.time_us += 500000; /* nobody reads */
    check_good(false);
}

MW_TEST(what_came_since_the_last_exchange_is_skipped_on_tcp)
{
    static const uint8_t stale[] = {0, 6, 0, 0, 0, 7, 0x01, 0x03, 0x04, 0xDE, 0xAD, 0xBE, 0xEF};
    (void)state;
    set_up(true);
    say(SIM_NOW, 1000, stale, sizeof stale);
    bench.line.time_us += 500000;
    check_good(true);
}

/* ---- errors of the port ---- */

static const mw_status failures[] = {MW_ERR_IO, MW_ERR_UNSUPPORTED, MW_ERR_TIMEOUT, MW_END, MW_AGAIN};

MW_TEST(the_status_of_a_failed_write_ends_the_exchange)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(failures); i++) {
        for (unsigned numbered = 0; numbered <= 1; numbered++) {
            uint32_t wait_us;
            set_up(numbered != 0);
            bench.line.fail_write = 1;
            bench.line.fail_status = failures[i];
            assert_int_equal(exchange(numbered != 0, 3), failures[i]);
            assert_int_equal(bench.line.writes, 1);
            assert_int_equal(mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us), MW_LINK_IDLE);
            check_good(numbered != 0);
        }
    }
}

MW_TEST(the_status_of_a_failed_read_ends_the_exchange)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(failures); i++) {
        for (unsigned numbered = 0; numbered <= 1; numbered++) {
            for (unsigned call = 1; call <= 3; call++) {
                uint32_t wait_us;
                set_up(numbered != 0);
                bench.line.poll_us = 5000; /* for more calls than one */
                bench.line.fail_read = call;
                bench.line.fail_status = failures[i];
                assert_int_equal(exchange(numbered != 0, 3), failures[i]);
                assert_int_equal(bench.line.reads, call);
                assert_int_equal(mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us), MW_LINK_IDLE);
                check_good(numbered != 0);
            }
        }
    }
}

/* mw_link_cancel(): "the answer may still come and counts as late". */

MW_TEST(the_answer_to_a_request_after_which_a_read_failed_is_late)
{
    (void)state;
    set_up(false);
    bench.line.poll_us = 5000;
    bench.line.fail_read = 4;
    bench.line.fail_status = MW_ERR_IO;
    say(1, 50000, rtu_other, sizeof rtu_other);
    assert_int_equal(exchange(false, 0), MW_ERR_IO);
    assert_int_equal(bench.line.sent, 1);
    check_good(false);
}

MW_TEST(the_answer_to_a_request_whose_write_failed_at_the_end_is_late)
{
    (void)state;
    set_up(false);
    bench.line.fail_write = 1;
    bench.line.fail_status = MW_ERR_IO;
    say(1, 15000, rtu_other, sizeof rtu_other);
    assert_int_equal(exchange(false, 0), MW_ERR_IO);
    check_good(false);
}

/* ---- trace ---- */

static void trace(void *user, bool sent, const uint8_t *bytes, size_t count)
{
    size_t *const there = sent ? &bench.sent_count : &bench.received_count;
    uint8_t *const to = sent ? bench.sent : bench.received;
    assert_ptr_equal(user, &bench.line);
    assert_in_range(count, 1, sizeof bench.sent - *there);
    if (count <= sizeof bench.sent - *there) {
        memcpy(to + *there, bytes, count);
        *there += count;
    }
}

MW_TEST(the_trace_is_shown_just_what_is_sent_and_received)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        const uint8_t *const request = numbered ? tcp_request : rtu_request;
        const size_t request_count = numbered ? sizeof tcp_request : sizeof rtu_request;
        const uint8_t *const answer = numbered ? tcp_answer : rtu_answer;
        const size_t count = numbered ? sizeof tcp_answer : sizeof rtu_answer;
        set_up(numbered != 0);
        bench.io.trace = trace;
        assert_true(sim_say(&bench.line, 1, LATENCY_US, 1146, answer, count)); /* byte by byte */
        assert_int_equal(exchange(numbered != 0, 0), MW_OK);
        assert_int_equal(bench.sent_count, request_count);
        assert_memory_equal(bench.sent, request, request_count);
        assert_int_equal(bench.received_count, count);
        assert_memory_equal(bench.received, answer, count);
    }
}

MW_TEST(the_trace_is_shown_every_repetition_and_what_is_thrown_away)
{
    static const uint8_t junk[] = {0x55, 0x55, 0x55};
    (void)state;
    set_up(false);
    bench.io.trace = trace;
    say(SIM_NOW, 0, junk, sizeof junk);
    say(1, LATENCY_US, rtu_answer, 3);
    say(2, LATENCY_US, rtu_answer, sizeof rtu_answer);
    assert_int_equal(exchange(false, 1), MW_OK);
    assert_int_equal(bench.sent_count, 2 * sizeof rtu_request);
    assert_memory_equal(bench.sent, rtu_request, sizeof rtu_request);
    assert_memory_equal(bench.sent + sizeof rtu_request, rtu_request, sizeof rtu_request);
    assert_int_equal(bench.received_count, 3 + 3 + sizeof rtu_answer);
    assert_memory_equal(bench.received, junk, 3);
    assert_memory_equal(bench.received + 3, rtu_answer, 3);
    assert_memory_equal(bench.received + 6, rtu_answer, sizeof rtu_answer);
}

MW_TEST(the_trace_is_not_called_without_bytes)
{
    (void)state;
    set_up(false);
    bench.io.trace = trace; /* checks the count */
    assert_int_equal(exchange(false, 1), MW_ERR_TIMEOUT);
    assert_int_equal(bench.sent_count, 2 * sizeof rtu_request);
    assert_int_equal(bench.received_count, 0);
}

MW_TESTS(MW_CASE(a_good_exchange_ends_with_the_reply), MW_CASE(a_good_exchange_on_tcp_costs_one_write_and_one_read),
         MW_CASE(an_answer_in_pieces_is_read_to_its_end),
         MW_CASE(a_buffer_of_the_answers_size_is_enough_again_and_again),
         MW_CASE(an_exchange_that_was_started_elsewhere_is_run), MW_CASE(running_what_was_never_started_does_nothing),
         MW_CASE(a_refusal_is_reported_with_its_frame), MW_CASE(silence_ends_with_a_timeout_in_time),
         MW_CASE(a_read_that_returns_early_with_nothing_changes_nothing),
         MW_CASE(no_wait_is_longer_than_timeout_and_answer_together),
         MW_CASE(what_came_since_the_last_exchange_is_thrown_away_on_rtu),
         MW_CASE(what_came_since_the_last_exchange_is_skipped_on_tcp),
         MW_CASE(the_status_of_a_failed_write_ends_the_exchange),
         MW_CASE(the_status_of_a_failed_read_ends_the_exchange),
         MW_CASE(the_answer_to_a_request_after_which_a_read_failed_is_late),
         MW_CASE(the_answer_to_a_request_whose_write_failed_at_the_end_is_late),
         MW_CASE(the_trace_is_shown_just_what_is_sent_and_received),
         MW_CASE(the_trace_is_shown_every_repetition_and_what_is_thrown_away),
         MW_CASE(the_trace_is_not_called_without_bytes))
