/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include "../mw_test.h"
#include "sim_line.h"

#if UINTPTR_MAX == 0xFFFFFFFFu
typedef char link_is_small_on_32_bits[sizeof(mw_link) <= 64 ? 1 : -1];
#endif

#define TIMEOUT_US    200000u
#define WRAPS_SOON    (UINT32_MAX - 15000u) /* a clock that wraps around during the first exchange */
#define LATENCY_US    20000u                /* of the devices */
#define SHOWS(status) (1u << -(int)(status))

/* ---- frames ---- */

typedef struct bytes {
    size_t count;
    uint8_t at[280];
} bytes;

static bytes raw(const char *hex)
{
    bytes b;
    b.count = mw_hex(hex, b.at, sizeof b.at);
    return b;
}

/* `count` bytes of what registers may hold. */
static void fill(bytes *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        b->at[b->count++] = (uint8_t)(i * 7 + 3);
    }
}

static void add(bytes *b, const bytes *more)
{
    memcpy(b->at + b->count, more->at, more->count);
    b->count += more->count;
}

/* Low byte first (SL 6.2.2). */
static void add_crc(bytes *b)
{
    const unsigned crc = mw_crc16(b->at, b->count);
    b->at[b->count++] = (uint8_t)crc;
    b->at[b->count++] = (uint8_t)(crc >> 8);
}

/* Unit and PDU as a frame of RTU. */
static bytes rtu(const char *hex)
{
    bytes b = raw(hex);
    add_crc(&b);
    return b;
}

/* Unit and PDU as a frame of TCP (TG 3.1.3). */
static bytes tcp(unsigned transaction, const char *hex)
{
    const bytes content = raw(hex);
    bytes b = {0};
    b.at[0] = (uint8_t)(transaction >> 8);
    b.at[1] = (uint8_t)transaction;
    b.at[5] = (uint8_t)content.count;
    b.count = 6;
    add(&b, &content);
    return b;
}

static bytes framed(bool numbered, unsigned transaction, const char *hex)
{
    return numbered ? tcp(transaction, hex) : rtu(hex);
}

static const char ASKS[] = "01 03 00 00 00 02"; /* what the list of wrong answers asks */
static const char ANSWERS[] = "01 03 04 12 34 56 78";

/* ---- one link on one line ---- */

static struct bench {
    sim_line line;
    mw_link link;
    mw_link_config config;
    uint32_t counters[MW_LINK_COUNTERS];
    uint8_t buffer[MW_MODBUS_FRAME_MAX];
} bench;

static const mw_framer *rtu_framer = &mw_framer_rtu;

static void set_up_buffer(bool numbered, uint32_t baud, uint32_t start_us, uint8_t *buffer, size_t size)
{
    sim_init(&bench.line, start_us);
    memset(&bench.config, 0, sizeof bench.config);
    memset(bench.counters, 0, sizeof bench.counters);
    bench.config.char_us = numbered ? 0 : MW_LINK_CHAR_US(baud);
    bench.config.counters = bench.counters;
    mw_link_init(&bench.link, numbered ? &mw_framer_tcp : rtu_framer, &bench.config, buffer, size, start_us);
}

static void set_up(bool numbered, uint32_t baud, uint32_t start_us)
{
    set_up_buffer(numbered, baud, start_us, bench.buffer, sizeof bench.buffer);
}

static void say(unsigned after, uint64_t at_us, const bytes *b)
{
    assert_true(sim_say(&bench.line, after, at_us, 0, b->at, b->count));
}

/* In two pieces; `split` 0: whole. */
static void say_split(unsigned after, uint64_t at_us, const bytes *b, size_t split, uint32_t pause_us)
{
    if (split == 0) {
        say(after, at_us, b);
    } else {
        assert_true(sim_say(&bench.line, after, at_us, 0, b->at, split));
        assert_true(sim_say(&bench.line, after, at_us + pause_us, 0, b->at + split, b->count - split));
    }
}

static mw_status exchange_within(const bytes *request, uint32_t timeout_us, unsigned repeats)
{
    return sim_exchange(&bench.line, &bench.link, request->at, request->count, timeout_us, repeats);
}

static mw_status exchange(const bytes *request)
{
    return exchange_within(request, TIMEOUT_US, 0);
}

static void start(const bytes *request, unsigned repeats)
{
    sim_start(&bench.line, &bench.link, request->at, request->count, TIMEOUT_US, repeats);
}

static mw_status finish(void)
{
    return sim_run(&bench.line, &bench.link, UINT64_C(3600000000));
}

/* Steps a started exchange to a state, 0 for as far as it goes in that time. */
static mw_link_want step(uint64_t time_us)
{
    return sim_step(&bench.line, &bench.link, time_us);
}

static void send_now(void)
{
    sim_send(&bench.line, bench.line.request, bench.line.request_length);
    mw_link_sent(&bench.link, sim_now(&bench.line));
}

static void check_reply(const bytes *expected)
{
    size_t length = 0;
    const uint8_t *const reply = mw_link_reply(&bench.link, &length);
    assert_int_equal(length, expected->count);
    if (length == expected->count) {
        assert_memory_equal(reply, expected->at, length);
    }
}

static void check_no_reply(void)
{
    size_t length = 1;
    (void)mw_link_reply(&bench.link, &length);
    assert_int_equal(length, 0);
}

static uint32_t outcomes(void)
{
    uint32_t sum = bench.counters[MW_LINK_GOOD];
    for (unsigned i = MW_LINK_TIMEOUT; i < MW_LINK_COUNTERS; i++) {
        sum += bench.counters[i];
    }
    return sum;
}

/* An exchange that nothing disturbs, with a value of its own. */
static void check_clean(bool numbered, unsigned transaction, unsigned value)
{
    bytes request = framed(numbered, transaction, ASKS);
    bytes answer = raw(ANSWERS);
    answer.at[4] = (uint8_t)value;
    if (numbered) {
        bytes b = tcp(transaction, ANSWERS);
        b.at[10] = (uint8_t)value;
        answer = b;
    } else {
        add_crc(&answer);
    }
    say(bench.line.sent + 1, LATENCY_US, &answer);
    assert_int_equal(exchange(&request), MW_OK);
    check_reply(&answer);
}

static void check_two_clean(bool numbered)
{
    check_clean(numbered, 8, 0xA1);
    check_clean(numbered, 9, 0xA2);
}

/* ---- good answers ---- */

static const struct pair {
    const char *request;
    const char *answer;
} pairs[] = {
    {"01 03 00 00 00 02", "01 03 04 12 34 56 78"},
    {"11 04 00 08 00 01", "11 04 02 00 0A"},                  /* AP 6.4 */
    {"11 06 00 01 00 03", "11 06 00 01 00 03"},               /* AP 6.6 */
    {"11 10 00 01 00 02 04 00 0A 01 02", "11 10 00 01 00 02"} /* AP 6.12 */
};

static void check_good(const bytes *answer)
{
    assert_int_equal(mw_link_status(&bench.link), MW_OK);
    check_reply(answer);
    assert_int_equal(bench.line.sent, 1);
    assert_int_equal(bench.counters[MW_LINK_GOOD], 1);
    assert_int_equal(outcomes(), 1);
    assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], 0);
    assert_int_equal(bench.counters[MW_LINK_STRAY_FRAMES], 0);
}

static void check_good_in_all_pieces(bool numbered, uint32_t baud)
{
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        const bytes request = framed(numbered, 7, pairs[i].request);
        const bytes answer = framed(numbered, 7, pairs[i].answer);
        const uint32_t char_us = numbered ? 1 : MW_LINK_CHAR_US(baud);
        for (size_t split = 0; split < answer.count; split++) {
            set_up(numbered, baud, WRAPS_SOON);
            say_split(1, LATENCY_US, &answer, split, char_us);
            exchange_within(&request, 0, 0);
            check_good(&answer);
        }
        set_up(numbered, baud, WRAPS_SOON);
        assert_true(sim_say(&bench.line, 1, LATENCY_US, char_us, answer.at, answer.count));
        exchange_within(&request, 0, 0);
        check_good(&answer);
    }
}

MW_TEST(a_good_answer_is_taken_in_any_two_pieces_and_byte_by_byte_on_rtu)
{
    static const uint32_t bauds[] = {300, 1200, 9600, 19200, 115200};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bauds); i++) {
        check_good_in_all_pieces(false, bauds[i]);
    }
}

MW_TEST(a_good_answer_is_taken_in_any_two_pieces_and_byte_by_byte_on_tcp)
{
    (void)state;
    check_good_in_all_pieces(true, 0);
}

/* One good exchange; the clock shows 0 after so many microseconds. */
static void good_with_wrap_at(bool numbered, const struct pair *pair, uint64_t wrap_us)
{
    const bytes request = framed(numbered, 7, pair->request);
    const bytes answer = framed(numbered, 7, pair->answer);
    set_up(numbered, 9600, (uint32_t)(UINT64_C(0x100000000) - wrap_us));
    assert_true(sim_say(&bench.line, 1, LATENCY_US, MW_LINK_CHAR_US(9600), answer.at, answer.count));
    exchange_within(&request, 0, 0);
    check_good(&answer);
}

MW_TEST(the_clock_may_wrap_around_at_any_point_of_a_good_exchange)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            uint64_t first;
            uint64_t end;
            good_with_wrap_at(numbered != 0, &pairs[i], 0);
            first = bench.line.sent_us;
            end = bench.line.time_us;
            for (uint64_t at = 0; at <= end + 2; at++) {
                /* near the request, near each byte, and everywhere by steps */
                const bool near_byte =
                    at + 1 >= first + LATENCY_US && (at + 1 - first - LATENCY_US) % MW_LINK_CHAR_US(9600) <= 2;
                if (at <= 2 || (at + 1 >= first && at <= first + 1) || near_byte || at % 211 == 0) {
                    good_with_wrap_at(numbered != 0, &pairs[i], at);
                }
            }
        }
    }
}

/* A timeout, the next request held back, the late answer discarded, the right one taken. */
static void held_back_with_wrap_at(uint64_t wrap_us)
{
    const bytes request = rtu(ASKS);
    const bytes late = rtu("01 03 04 DE AD BE EF");
    const bytes answer = rtu(ANSWERS);
    uint64_t failed_us;
    set_up(false, 9600, (uint32_t)(UINT64_C(0x100000000) - wrap_us));
    say(2, LATENCY_US, &answer);
    assert_int_equal(exchange(&request), MW_ERR_TIMEOUT);
    failed_us = bench.line.time_us;
    say(SIM_NOW, TIMEOUT_US / 2, &late);
    assert_int_equal(exchange(&request), MW_OK);
    check_reply(&answer);
    assert_true(bench.line.sent_us >= failed_us + TIMEOUT_US);
}

MW_TEST(the_clock_may_wrap_around_at_any_point_of_a_timeout_and_of_what_follows)
{
    uint64_t end;
    (void)state;
    held_back_with_wrap_at(0);
    end = bench.line.time_us;
    for (uint64_t at = 0; at <= end; at += 997) {
        held_back_with_wrap_at(at);
    }
}

MW_TEST(a_timeout_is_not_reported_before_its_time_nor_later_than_the_answer_could_take)
{
    const bytes request = rtu(ASKS);
    (void)state;
    set_up(false, 9600, WRAPS_SOON);
    assert_int_equal(exchange(&request), MW_ERR_TIMEOUT);
    assert_true(bench.line.time_us - bench.line.sent_us >= TIMEOUT_US);
    assert_true(bench.line.time_us - bench.line.sent_us <= TIMEOUT_US + (8 + 264) * MW_LINK_CHAR_US(9600));
    assert_int_equal(exchange_within(&request, 0, 0), MW_ERR_TIMEOUT);
    assert_true(bench.line.time_us - bench.line.sent_us >= MW_LINK_TIMEOUT_US);
    assert_true(bench.line.time_us - bench.line.sent_us <= MW_LINK_TIMEOUT_US + (8 + 264) * MW_LINK_CHAR_US(9600));
    check_no_reply();
}

MW_TEST(bytes_that_never_end_do_not_prolong_the_wait)
{
    static const uint8_t values[] = {0x01, 0x03, 0x55};
    static uint8_t chatter[1000];
    const uint32_t char_us = MW_LINK_CHAR_US(9600);
    const bytes request = rtu(ASKS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(values); i++) {
        memset(chatter, values[i], sizeof chatter);
        set_up(false, 9600, WRAPS_SOON);
        assert_true(sim_say(&bench.line, 1, 1000, char_us, chatter, sizeof chatter)); /* 1.1 s */
        assert_true(exchange(&request) < 0);
        assert_true(bench.line.time_us - bench.line.sent_us >= TIMEOUT_US);
        assert_true(bench.line.time_us - bench.line.sent_us <= TIMEOUT_US + (8 + 264) * char_us);
    }
}

MW_TEST(a_timeout_of_30_minutes_is_kept)
{
    const uint32_t half_an_hour = 1800000000u;
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    (void)state;
    set_up(false, 300, WRAPS_SOON);
    say(1, half_an_hour - 1, &answer);
    assert_int_equal(exchange_within(&request, half_an_hour, 0), MW_OK);
    set_up(false, 300, WRAPS_SOON);
    assert_int_equal(exchange_within(&request, half_an_hour, 0), MW_ERR_TIMEOUT);
    assert_true(bench.line.time_us - bench.line.sent_us >= half_an_hour);
    assert_true(bench.line.time_us - bench.line.sent_us <= half_an_hour + (8 + 264) * MW_LINK_CHAR_US(300));
}

/* The time the answer takes on the wire is not part of the timeout: 255 bytes at 300 Bd are 9.4 s. */
MW_TEST(the_longest_answer_at_300_baud_needs_no_longer_timeout)
{
    const bytes request = rtu("01 03 00 00 00 7D");
    bytes answer = raw("01 03 FA");
    (void)state;
    fill(&answer, 250);
    add_crc(&answer);
    set_up(false, 300, WRAPS_SOON);
    assert_true(sim_say(&bench.line, 1, TIMEOUT_US - 1, MW_LINK_CHAR_US(300), answer.at, answer.count));
    exchange_within(&request, TIMEOUT_US, 0);
    check_good(&answer);
}

/* ---- wrong answers, each alone; R and T are the numbers of the project's list of what broke other clients ---- */

#define SOME_ERROR (SHOWS(MW_ERR_SHORT) | SHOWS(MW_ERR_FRAME) | SHOWS(MW_ERR_CHECK) | SHOWS(MW_ERR_MISMATCH))

#define NO_CRC (-1)

struct wrong {
    const char *hex;
    unsigned filled;   /* so many bytes behind */
    unsigned outcomes; /* SHOWS() of those that are right */
    int crc;           /* added to the right CRC; NO_CRC: there is none */
};

static bytes wrong_bytes(const struct wrong *wrong)
{
    bytes b = raw(wrong->hex);
    fill(&b, wrong->filled);
    if (wrong->crc != NO_CRC) {
        add_crc(&b);
        b.at[b.count - 1] = (uint8_t)(b.at[b.count - 1] + wrong->crc);
    }
    return b;
}

static void check_wrong(bool numbered, const struct wrong *wrong, size_t split, uint32_t pause_us, uint32_t pace_us)
{
    const bytes request = framed(numbered, 7, ASKS);
    const bytes answer = wrong_bytes(wrong);
    mw_status status;
    set_up(numbered, 9600, WRAPS_SOON);
    if (pace_us != 0) {
        assert_true(sim_say(&bench.line, 1, LATENCY_US, pace_us, answer.at, answer.count));
    } else {
        say_split(1, LATENCY_US, &answer, split, pause_us);
    }
    status = exchange_within(&request, 0, 0);
    assert_true((wrong->outcomes & SHOWS(status)) != 0);
    if (status == MW_ERR_REFUSED) {
        check_reply(&answer);
    } else {
        check_no_reply();
    }
    assert_int_equal(bench.counters[-(int)status], 1);
    assert_int_equal(outcomes(), 1);
    check_two_clean(numbered);
    assert_int_equal(bench.counters[MW_LINK_GOOD], 2);
    assert_int_equal(outcomes(), bench.line.sent);
}

static void check_wrong_in_all_pieces(bool numbered, const struct wrong *wrong)
{
    static const uint32_t pauses[] = {100, 100000};
    const size_t count = wrong_bytes(wrong).count;
    for (size_t i = 0; i < MW_COUNT(pauses); i++) {
        for (size_t split = 0; split < count; split++) {
            check_wrong(numbered, wrong, split, pauses[i], 0);
        }
    }
    check_wrong(numbered, wrong, 0, 0, MW_LINK_CHAR_US(9600));
}

/* Each row is a test of its own, so that one does not hide the others. */
#define WRONG_TEST(name, numbered, ...)                                                                                \
    MW_TEST(name)                                                                                                      \
    {                                                                                                                  \
        static const struct wrong wrong = {__VA_ARGS__};                                                               \
        (void)state;                                                                                                   \
        check_wrong_in_all_pieces(numbered, &wrong);                                                                   \
    }

WRONG_TEST(r02_wrong_crc_is_an_error_of_check, false, "01 03 04 12 34 56 78", 0, SHOWS(MW_ERR_CHECK), 1)
WRONG_TEST(r03_another_unit_is_a_mismatch, false, "02 03 04 12 34 56 78", 0, SHOWS(MW_ERR_MISMATCH), 0)
WRONG_TEST(r04_another_function_is_a_mismatch, false, "01 04 04 12 34 56 78", 0, SHOWS(MW_ERR_MISMATCH), 0)
WRONG_TEST(r05_exception_2_is_a_refusal, false, "01 83 02", 0, SHOWS(MW_ERR_REFUSED), 0)
WRONG_TEST(r06_exception_6_is_a_refusal, false, "01 83 06", 0, SHOWS(MW_ERR_REFUSED), 0)
WRONG_TEST(r07_exception_11_is_a_refusal, false, "01 83 0B", 0, SHOWS(MW_ERR_REFUSED), 0)
WRONG_TEST(r08_exception_of_another_function_is_a_mismatch, false, "01 84 02", 0, SHOWS(MW_ERR_MISMATCH), 0)
WRONG_TEST(r09_byte_count_2_is_a_mismatch, false, "01 03 02 12 34", 0, SHOWS(MW_ERR_MISMATCH), 0)
WRONG_TEST(r09_byte_count_2_before_4_bytes_is_an_error, false, "01 03 02 12 34 56 78", 0, SOME_ERROR, 0)
WRONG_TEST(r10_byte_count_6_is_a_mismatch, false, "01 03 06 12 34 56 78 9A BC", 0, SHOWS(MW_ERR_MISMATCH), 0)
WRONG_TEST(r10_byte_count_6_before_4_bytes_is_an_error, false, "01 03 06 12 34 56 78", 0, SOME_ERROR, 0)
WRONG_TEST(r11_byte_count_250_is_a_mismatch, false, "01 03 FA", 250, SHOWS(MW_ERR_MISMATCH), 0)
WRONG_TEST(r12_byte_count_250_with_wrong_crc_is_an_error_of_check, false, "01 03 FA", 250, SHOWS(MW_ERR_CHECK), 1)
/* 257 bytes are no frame, but something inside may look like a damaged one. */
WRONG_TEST(r13_byte_count_252_is_no_frame, false, "01 03 FC", 252, SHOWS(MW_ERR_FRAME) | SHOWS(MW_ERR_CHECK), 0)
WRONG_TEST(r14_byte_count_5_is_a_mismatch, false, "01 03 05 12 34 56 78 9A", 0, SHOWS(MW_ERR_MISMATCH), 0)
WRONG_TEST(r15_byte_count_0_is_a_mismatch, false, "01 03 00", 0, SHOWS(MW_ERR_MISMATCH), 0)
WRONG_TEST(r16_truncated_is_short, false, "01 03 04 12", 0, SHOWS(MW_ERR_SHORT), NO_CRC)
WRONG_TEST(r20_exception_0_is_a_refusal, false, "01 83 00", 0, SHOWS(MW_ERR_REFUSED), 0)

/* The request is number 7. */
WRONG_TEST(t02_previous_transaction_is_a_mismatch, true, "00 06 00 00 00 07 01 03 04 12 34 56 78", 0,
           SHOWS(MW_ERR_MISMATCH), NO_CRC)
WRONG_TEST(t04_protocol_1_is_no_frame, true, "00 07 00 01 00 07 01 03 04 12 34 56 78", 0, SHOWS(MW_ERR_FRAME), NO_CRC)
WRONG_TEST(t05_length_3_is_an_error, true, "00 07 00 00 00 03 01 03 04 12 34 56 78", 0,
           SHOWS(MW_ERR_FRAME) | SHOWS(MW_ERR_MISMATCH), NO_CRC)
WRONG_TEST(t06_length_9_is_an_error, true, "00 07 00 00 00 09 01 03 04 12 34 56 78 9A BC", 0,
           SHOWS(MW_ERR_FRAME) | SHOWS(MW_ERR_MISMATCH), NO_CRC)
WRONG_TEST(t07_length_255_is_no_frame, true, "00 07 00 00 00 FF 01 03 FA", 252, SHOWS(MW_ERR_FRAME), NO_CRC)
WRONG_TEST(t08_another_unit_is_a_mismatch, true, "00 07 00 00 00 07 02 03 04 12 34 56 78", 0, SHOWS(MW_ERR_MISMATCH),
           NO_CRC)
WRONG_TEST(t09_byte_count_250_is_a_mismatch, true, "00 07 00 00 00 FD 01 03 FA", 250, SHOWS(MW_ERR_MISMATCH), NO_CRC)
WRONG_TEST(t10_exception_10_is_a_refusal, true, "00 07 00 00 00 03 01 83 0A", 0, SHOWS(MW_ERR_REFUSED), NO_CRC)
WRONG_TEST(t11_length_0_is_no_frame, true, "00 07 00 00 00 00 01 03 04 12 34 56 78", 0, SHOWS(MW_ERR_FRAME), NO_CRC)
WRONG_TEST(t12_length_ffff_is_no_frame, true, "00 07 00 00 FF FF 01 03 04 12 34 56 78", 0, SHOWS(MW_ERR_FRAME), NO_CRC)
WRONG_TEST(t13_cut_frame_is_an_error, true, "00 07 00 00 00 05 01 03 04 12 34", 0,
           SHOWS(MW_ERR_FRAME) | SHOWS(MW_ERR_MISMATCH), NO_CRC)
WRONG_TEST(t14_another_function_is_a_mismatch, true, "00 07 00 00 00 07 01 04 04 12 34 56 78", 0,
           SHOWS(MW_ERR_MISMATCH), NO_CRC)
WRONG_TEST(truncated_tcp_frame_is_short, true, "00 07 00 00 00 07 01 03 04 12 34", 0, SHOWS(MW_ERR_SHORT), NO_CRC)

MW_TEST(an_answer_cut_anywhere_is_short)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        const bytes request = framed(numbered != 0, 7, ASKS);
        bytes answer = framed(numbered != 0, 7, ANSWERS);
        while (--answer.count > 0) {
            set_up(numbered != 0, 9600, WRAPS_SOON);
            say(1, LATENCY_US, &answer);
            assert_int_equal(exchange(&request), MW_ERR_SHORT);
            check_two_clean(numbered != 0);
        }
    }
}

MW_TEST(bytes_that_begin_no_frame_are_no_frame)
{
    static const char *const junk[] = {"55 55 55 55 55", "01 00 01 00 01"};
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        const bytes request = framed(numbered != 0, 7, ASKS);
        const bytes answer = raw(junk[numbered]);
        for (size_t split = 0; split < answer.count; split++) {
            set_up(numbered != 0, 9600, WRAPS_SOON);
            say_split(1, LATENCY_US, &answer, split, 1000);
            assert_int_equal(exchange(&request), MW_ERR_FRAME);
            check_two_clean(numbered != 0);
        }
    }
}

/* ---- the right frame behind a wrong one is found ---- */

/* Pauses between the pieces up to the documented silence of 250 ms. */
static void check_found(bool numbered, const bytes *request, const bytes *before, const bytes *answer)
{
    static const uint32_t pauses[] = {1, 1146, 5000, 100000, 249999};
    bytes all = *before;
    add(&all, answer);
    for (size_t i = 0; i < MW_COUNT(pauses); i++) {
        for (size_t split = 0; split < all.count; split++) {
            set_up(numbered, 9600, WRAPS_SOON);
            say_split(1, LATENCY_US, &all, split, pauses[i]);
            assert_int_equal(exchange_within(request, 0, 0), MW_OK);
            check_reply(answer);
            assert_int_equal(bench.line.sent, 1);
            assert_int_equal(outcomes(), 1);
            assert_true(bench.line.time_us - bench.line.sent_us <=
                        MW_LINK_TIMEOUT_US + (8 + 264) * bench.config.char_us);
            check_two_clean(numbered);
        }
    }
    set_up(numbered, 9600, WRAPS_SOON);
    assert_true(sim_say(&bench.line, 1, LATENCY_US, MW_LINK_CHAR_US(9600), all.at, all.count));
    assert_int_equal(exchange_within(request, 0, 0), MW_OK);
    check_reply(answer);
}

static void check_found_on_rtu(const bytes *before)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    check_found(false, &request, before, &answer);
}

MW_TEST(r17_the_answer_behind_a_noise_byte_is_found)
{
    const bytes before = raw("00");
    (void)state;
    check_found_on_rtu(&before);
}

MW_TEST(r18_the_answer_behind_an_echo_is_found)
{
    const bytes before = rtu(ASKS);
    (void)state;
    check_found_on_rtu(&before);
}

MW_TEST(r19_the_answer_behind_the_frame_of_another_unit_is_found)
{
    const bytes before = rtu("02 03 04 DE AD BE EF");
    (void)state;
    check_found_on_rtu(&before);
    assert_int_equal(bench.counters[MW_LINK_STRAY_FRAMES], 1);
}

MW_TEST(t03_the_answer_behind_a_stale_frame_is_found)
{
    const bytes request = tcp(7, ASKS);
    const bytes before = tcp(6, "01 03 04 DE AD BE EF");
    const bytes answer = tcp(7, ANSWERS);
    (void)state;
    check_found(true, &request, &before, &answer);
    assert_int_equal(bench.counters[MW_LINK_STRAY_FRAMES], 1);
}

MW_TEST(the_answer_behind_a_damaged_one_is_found)
{
    bytes before = rtu("01 03 04 DE AD BE EF");
    (void)state;
    before.at[3] ^= 0x40;
    check_found_on_rtu(&before);
}

MW_TEST(the_answer_behind_noise_of_any_value_is_found)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (unsigned value = 0; value < 256; value++) {
        for (size_t count = 1; count <= 4; count++) {
            bytes all = {0};
            memset(all.at, (int)value, count);
            all.count = count;
            add(&all, &answer);
            for (size_t split = 0; split <= count; split++) {
                set_up(false, 9600, WRAPS_SOON);
                say_split(1, LATENCY_US, &all, split, 100000);
                assert_int_equal(exchange_within(&request, 0, 0), MW_OK);
                check_reply(&answer);
            }
        }
    }
}

MW_TEST(the_answer_behind_the_beginning_of_a_long_frame_is_found)
{
    static const char *const beginnings[] = {
        "01", "01 03", "01 03 FA", "02 03 FA", "01 83", "01 10", "01 06 00", "01 18 00", "01 03 FA 01 03 FA 01 03 FA"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(beginnings); i++) {
        const bytes before = raw(beginnings[i]);
        check_found_on_rtu(&before);
    }
}

static uint32_t seed;

/* Marsaglia's xorshift. */
static uint32_t any(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

MW_TEST(the_answer_behind_random_noise_is_found)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    (void)state;
    seed = 0x4D657465;
    for (unsigned i = 0; i < MW_ROUNDS(3000); i++) {
        bytes all = {0};
        for (unsigned n = 1 + any(20); n > 0; n--) {
            all.at[all.count++] = (uint8_t)(any(2) != 0 ? any(256) : request.at[any(4)]);
        }
        add(&all, &answer);
        set_up(false, 9600, WRAPS_SOON);
        say_split(1, LATENCY_US, &all, any((unsigned)all.count), 1 + any(240000));
        assert_int_equal(exchange_within(&request, 0, 0), MW_OK);
        check_reply(&answer);
    }
}

/* A frame that began and stopped is given up after the silence; the wait for the answer goes on (link.h: "everything
 * else is skipped and counted, and the wait goes on: noise, an echo"). */
static void check_wait_goes_on(bool numbered, const bytes *before, uint64_t at_us)
{
    const bytes request = framed(numbered, 7, ASKS);
    const bytes answer = framed(numbered, 7, ANSWERS);
    set_up(numbered, 9600, WRAPS_SOON);
    say(1, 5000, before);
    say(1, at_us, &answer);
    assert_int_equal(exchange_within(&request, 0, 0), MW_OK);
    check_reply(&answer);
    assert_int_equal(bench.line.sent, 1);
}

MW_TEST(a_noise_byte_does_not_shorten_the_wait_for_a_slow_answer)
{
    const bytes before = raw("00");
    (void)state;
    check_wait_goes_on(false, &before, 300000);
    check_wait_goes_on(false, &before, MW_LINK_TIMEOUT_US - 1);
}

MW_TEST(an_echo_does_not_shorten_the_wait_for_a_slow_answer)
{
    const bytes before = rtu(ASKS);
    (void)state;
    check_wait_goes_on(false, &before, 300000);
    check_wait_goes_on(false, &before, MW_LINK_TIMEOUT_US - 1);
}

MW_TEST(the_beginning_of_a_stale_tcp_frame_does_not_shorten_the_wait_for_a_slow_answer)
{
    const bytes before = raw("00 06 00 00 00 07 01 03 04 DE AD");
    (void)state;
    check_wait_goes_on(true, &before, 600000);
}

MW_TEST(a_foreign_frame_does_not_shorten_the_wait_for_a_slow_answer)
{
    const bytes before = rtu("02 03 04 DE AD BE EF");
    (void)state;
    check_wait_goes_on(false, &before, 600000);
    check_wait_goes_on(false, &before, MW_LINK_TIMEOUT_US - 1);
}

/* An answer in two pieces with a pause. */
static mw_status exchange_with_pause(uint32_t silence_us, size_t split, uint32_t pause_us)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    mw_status status;
    set_up(false, 9600, WRAPS_SOON);
    bench.config.silence_us = silence_us;
    say_split(1, LATENCY_US, &answer, split, pause_us);
    status = exchange_within(&request, 0, 0);
    if (status == MW_OK) {
        check_reply(&answer);
    } else {
        check_no_reply();
    }
    sim_idle(&bench.line, &bench.link, 1000000);
    check_two_clean(false);
    return status;
}

MW_TEST(a_frame_that_stops_for_the_silence_is_given_up_and_not_before)
{
    const uint32_t chars_us = 4 * MW_LINK_CHAR_US(9600); /* link.h: that long and 4 characters */
    (void)state;
    for (size_t split = 1; split < 9; split++) {
        assert_int_equal(exchange_with_pause(0, split, 250000 + chars_us - 1), MW_OK);
        assert_true(exchange_with_pause(0, split, 250000 + chars_us + 1) < 0);
        assert_int_equal(exchange_with_pause(20000, split, 20000 + chars_us - 1), MW_OK);
        assert_true(exchange_with_pause(20000, split, 20000 + chars_us + 1) < 0);
        assert_int_equal(exchange_with_pause(600000, split, 599999), MW_OK);
    }
}

MW_TEST(the_answer_behind_the_beginning_of_a_long_frame_is_found_after_the_silence)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    bytes all = raw("01 03 FA");
    (void)state;
    add(&all, &answer);
    set_up(false, 9600, WRAPS_SOON);
    bench.config.silence_us = 30000;
    say(1, LATENCY_US, &all);
    assert_int_equal(exchange_within(&request, 0, 0), MW_OK);
    check_reply(&answer);
    assert_true(bench.line.time_us - bench.line.heard_us <= 30000 + 4 * MW_LINK_CHAR_US(9600));
}

/* ---- late answers ---- */

/* After the failure of a request; 4011 us are 3.5 characters. */
static const uint32_t lateness[] = {1,     500,   4000,   4011,   5000,           20000,
                                    50000, 99999, 150000, 190000, TIMEOUT_US - 2, TIMEOUT_US - 1};

/* A request that failed because `before`, or nothing, came; its answer comes so long after the failure. */
static void fail_and_come_late(const bytes *before, const bytes *late, uint32_t late_us)
{
    const bytes request = rtu(ASKS);
    set_up(false, 9600, WRAPS_SOON);
    if (before != NULL) {
        say(1, LATENCY_US, before);
    }
    assert_true(exchange(&request) < 0);
    say(SIM_NOW, late_us, late);
}

static void check_late_is_not_taken(const bytes *before, const char *next_request, const char *next_answer)
{
    const bytes late = rtu("01 03 04 DE AD BE EF");
    const bytes request = rtu(next_request);
    const bytes answer = rtu(next_answer);
    for (size_t i = 0; i < MW_COUNT(lateness); i++) {
        fail_and_come_late(before, &late, lateness[i]);
        say(2, LATENCY_US, &answer);
        assert_int_equal(exchange(&request), MW_OK);
        check_reply(&answer);
        assert_int_equal(outcomes(), bench.line.sent);
    }
}

MW_TEST(a_late_answer_is_not_taken_for_that_of_the_same_request)
{
    (void)state;
    check_late_is_not_taken(NULL, ASKS, ANSWERS);
}

MW_TEST(a_late_answer_is_not_taken_for_that_of_another_address)
{
    (void)state;
    check_late_is_not_taken(NULL, "01 03 00 20 00 02", ANSWERS);
}

MW_TEST(a_late_answer_is_not_taken_for_that_of_another_unit)
{
    (void)state;
    check_late_is_not_taken(NULL, "02 03 00 00 00 02", "02 03 04 12 34 56 78");
    assert_true(bench.line.sent_us <= 2 * TIMEOUT_US); /* and that unit is not made to wait */
}

MW_TEST(a_late_answer_is_not_taken_for_that_of_another_function)
{
    (void)state;
    check_late_is_not_taken(NULL, "01 04 00 00 00 02", "01 04 04 12 34 56 78");
}

/* What failed the request need not have been its answer. */

MW_TEST(a_late_answer_is_not_taken_although_noise_came_before)
{
    const bytes noise = raw("00");
    (void)state;
    check_late_is_not_taken(&noise, ASKS, ANSWERS);
}

MW_TEST(a_late_answer_is_not_taken_although_an_echo_came_before)
{
    const bytes echo = rtu(ASKS);
    (void)state;
    check_late_is_not_taken(&echo, ASKS, ANSWERS);
}

MW_TEST(a_late_answer_is_not_taken_although_a_foreign_damaged_frame_came_before)
{
    bytes foreign = rtu("02 03 04 12 34 56 78");
    (void)state;
    foreign.at[4] ^= 1;
    check_late_is_not_taken(&foreign, ASKS, ANSWERS);
}

MW_TEST(a_late_answer_is_not_taken_although_a_foreign_frame_came_before)
{
    const bytes foreign = rtu("02 03 04 12 34 56 78");
    (void)state;
    check_late_is_not_taken(&foreign, ASKS, ANSWERS);
}

MW_TEST(a_late_refusal_is_not_taken_for_the_next_request)
{
    const bytes late = rtu("01 83 02");
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(lateness); i++) {
        fail_and_come_late(NULL, &late, lateness[i]);
        say(2, LATENCY_US, &answer);
        assert_int_equal(exchange(&request), MW_OK);
        check_reply(&answer);
    }
}

MW_TEST(a_late_answer_in_pieces_around_the_next_request_is_not_taken)
{
    const bytes late = rtu("01 03 04 DE AD BE EF");
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (size_t split = 1; split < late.count; split++) {
        set_up(false, 9600, WRAPS_SOON);
        assert_int_equal(exchange(&request), MW_ERR_TIMEOUT);
        say_split(SIM_NOW, TIMEOUT_US - 1, &late, split, 8000); /* the pause is longer than 3.5 characters */
        say(2, LATENCY_US, &answer);
        assert_int_equal(exchange(&request), MW_OK);
        check_reply(&answer);
    }
}

MW_TEST(a_late_answer_is_not_taken_although_another_unit_was_asked_meanwhile)
{
    const bytes late = rtu("01 03 04 DE AD BE EF");
    const bytes other_request = rtu("02 03 00 00 00 02");
    const bytes other_answer = rtu("02 03 04 11 11 22 22");
    const bytes request = rtu("01 03 00 20 00 02");
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(lateness); i++) {
        fail_and_come_late(NULL, &late, lateness[i]);
        say(2, LATENCY_US, &other_answer);
        say(3, LATENCY_US, &answer);
        assert_int_equal(exchange(&other_request), MW_OK);
        check_reply(&other_answer);
        assert_int_equal(exchange(&request), MW_OK);
        check_reply(&answer);
    }
}

/* Two units do not answer in time; the second one was given less. */
MW_TEST(a_late_answer_is_not_taken_although_another_unit_failed_meanwhile)
{
    const bytes late = rtu("01 03 04 DE AD BE EF");
    const bytes other_request = rtu("02 03 00 00 00 02");
    const bytes request = rtu("01 03 00 20 00 02");
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(lateness); i++) {
        fail_and_come_late(NULL, &late, lateness[i]);
        say(3, LATENCY_US, &answer);
        assert_true(exchange_within(&other_request, 10000, 0) < 0);
        assert_int_equal(exchange(&request), MW_OK);
        check_reply(&answer);
    }
}

/* The framer without the rarer functions knows requests by unit and function, too. */
MW_TEST(a_late_answer_is_not_taken_with_the_framer_for_registers)
{
    rtu_framer = &mw_framer_rtu_registers;
    a_late_answer_is_not_taken_for_that_of_the_same_request(state);
    a_late_answer_is_not_taken_for_that_of_another_address(state);
    a_late_answer_is_not_taken_for_that_of_another_unit(state);
    a_late_answer_is_not_taken_for_that_of_another_function(state);
    a_late_answer_is_not_taken_although_another_unit_was_asked_meanwhile(state);
    a_late_answer_is_not_taken_although_another_unit_failed_meanwhile(state);
    rtu_framer = &mw_framer_rtu;
}

MW_TEST(an_answer_to_the_first_attempt_is_taken_during_the_second)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(lateness); i++) {
        set_up(false, 9600, WRAPS_SOON);
        say(1, TIMEOUT_US + 8 * MW_LINK_CHAR_US(9600) + 5000 + lateness[i], &answer);
        assert_int_equal(exchange_within(&request, TIMEOUT_US, 1), MW_OK);
        check_reply(&answer);
        assert_int_equal(bench.line.sent, 2);
        assert_int_equal(bench.counters[MW_LINK_TIMEOUT], 1);
        assert_int_equal(bench.counters[MW_LINK_GOOD], 1);
        assert_int_equal(outcomes(), 2);
    }
}

/* A device that takes longer than the timeout answers both attempts. */
MW_TEST(the_second_answer_after_a_repetition_is_not_taken_for_the_next_request)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    const bytes next_request = rtu("01 03 00 20 00 02");
    const bytes next_answer = rtu("01 03 04 CA FE CA FE");
    (void)state;
    for (size_t i = 0; i < MW_COUNT(lateness); i++) {
        const uint64_t latency_us = TIMEOUT_US + 8 * MW_LINK_CHAR_US(9600) + 5000 + lateness[i] / 2;
        set_up(false, 9600, WRAPS_SOON);
        say(1, latency_us, &answer);
        say(2, latency_us, &answer);
        say(3, LATENCY_US, &next_answer);
        assert_int_equal(exchange_within(&request, TIMEOUT_US, 1), MW_OK);
        assert_int_equal(bench.line.sent, 2);
        assert_int_equal(exchange(&next_request), MW_OK);
        check_reply(&next_answer);
    }
}

/* What a repetition's answer is late for counts from the repetition, not from the failure before it: between both are
 * the gap, which may be long, and whoever talks meanwhile. */
MW_TEST(the_second_answer_is_not_taken_although_the_repetition_had_to_wait)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    const bytes next_request = rtu("01 03 00 20 00 02");
    const bytes next_answer = rtu("01 03 04 CA FE CA FE");
    const bytes foreign = rtu("05 06 00 01 00 02");
    const uint64_t given_us = TIMEOUT_US + 8 * MW_LINK_CHAR_US(9600);
    (void)state;
    for (unsigned busy = 0; busy < 2; busy++) {
        for (uint64_t second_us = 20000; second_us < 2 * given_us; second_us += 10000) {
            set_up(false, 9600, WRAPS_SOON);
            bench.config.gap_us = busy ? 0 : 100000;
            say(1, given_us + 150000, &answer);
            for (unsigned i = 0; busy && i < 14; i++) { /* silence is never long enough */
                assert_true(
                    sim_say(&bench.line, 1, given_us - 5000 + i * UINT32_C(8000), 1000, foreign.at, foreign.count));
            }
            say(2, second_us, &answer);
            say(3, LATENCY_US, &next_answer);
            assert_int_equal(exchange_within(&request, TIMEOUT_US, 1), MW_OK);
            assert_int_equal(bench.line.sent, 2);
            assert_int_equal(exchange(&next_request), MW_OK);
            check_reply(&next_answer);
        }
    }
}

/* Requests of two units, answered late or twice or not at all, with noise between: what is taken is never the answer to
 * an older request. No answer is later than the link promises to discard. */
static void check_no_confusion(void)
{
    static bytes answers[8];
    static bytes noise[8];
    set_up(false, 9600, any(UINT32_MAX));
    for (unsigned i = 0; i < MW_COUNT(answers); i++) {
        const bool unit_2 = any(4) == 0;
        const bytes request = rtu(unit_2 ? "02 03 00 00 00 02" : "01 03 00 00 00 02");
        const unsigned repeats = any(3);
        const unsigned first = bench.line.sent + 1;
        mw_status status;
        answers[i] = raw(unit_2 ? "02 03 04 00 00 00 00" : "01 03 04 00 00 00 00");
        answers[i].at[6] = (uint8_t)(i + 1);
        add_crc(&answers[i]);
        for (unsigned n = 0; n <= repeats; n++) {
            const unsigned latency_us = any(2 * TIMEOUT_US - 10000);
            if (any(4) != 0) {
                say(first + n, latency_us, &answers[i]);
            }
        }
        noise[i].count = any(3);
        noise[i].at[0] = (uint8_t)any(256);
        noise[i].at[1] = (uint8_t)any(256);
        say(first, any(TIMEOUT_US), &noise[i]);
        status = exchange_within(&request, TIMEOUT_US, repeats);
        assert_true(status <= MW_OK && status >= MW_ERR_MISMATCH);
        if (status == MW_OK) {
            check_reply(&answers[i]);
        }
        sim_forget(&bench.line); /* the answers to repetitions that were not needed */
    }
}

MW_TEST(no_answer_is_ever_taken_for_that_of_a_younger_request)
{
    (void)state;
    seed = 0x6C617465;
    for (unsigned i = 0; i < MW_ROUNDS(500); i++) {
        check_no_confusion();
    }
}

MW_TEST(on_tcp_a_late_answer_is_not_taken_and_nobody_waits_for_it)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(lateness); i++) {
        const bytes request = tcp(7, ASKS);
        const bytes late = tcp(7, "01 03 04 DE AD BE EF");
        const bytes next = tcp(8, ASKS);
        const bytes answer = tcp(8, ANSWERS);
        uint64_t failed_us;
        set_up(true, 0, WRAPS_SOON);
        assert_int_equal(exchange(&request), MW_ERR_TIMEOUT);
        failed_us = bench.line.time_us;
        say(SIM_NOW, lateness[i], &late);
        say(2, TIMEOUT_US - 1, &answer);
        assert_int_equal(exchange(&next), MW_OK);
        check_reply(&answer);
        assert_true(bench.line.sent_us == failed_us);
    }
}

MW_TEST(a_request_after_a_success_is_not_held_back)
{
    (void)state;
    set_up(false, 9600, WRAPS_SOON);
    check_two_clean(false);
    assert_true(bench.line.time_us < 2 * (LATENCY_US + 5000));
}

/* ---- too many answers ---- */

MW_TEST(a_second_copy_of_the_answer_is_not_taken_for_the_next_one)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    bytes twice = answer;
    (void)state;
    add(&twice, &answer);
    for (size_t split = 0; split < twice.count; split++) {
        set_up(false, 9600, WRAPS_SOON);
        say_split(1, LATENCY_US, &twice, split, 4 * MW_LINK_CHAR_US(9600) / 2);
        assert_int_equal(exchange(&request), MW_OK);
        check_reply(&answer);
        check_two_clean(false);
    }
    set_up(false, 9600, WRAPS_SOON);
    assert_true(sim_say(&bench.line, 1, LATENCY_US, MW_LINK_CHAR_US(9600), twice.at, twice.count));
    assert_int_equal(exchange(&request), MW_OK);
    check_reply(&answer);
    check_two_clean(false);
    assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], answer.count);
}

MW_TEST(an_answer_that_comes_while_idle_is_not_taken)
{
    const bytes stray = rtu("01 03 04 DE AD BE EF");
    (void)state;
    for (size_t split = 0; split < stray.count; split++) {
        set_up(false, 9600, WRAPS_SOON);
        say_split(SIM_NOW, 1000, &stray, split, 3000);
        sim_idle(&bench.line, &bench.link, 4500);
        assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], stray.count);
        check_two_clean(false);
        say_split(SIM_NOW, 1000, &stray, split, 3000);
        sim_idle(&bench.line, &bench.link, 2500); /* the second piece comes during the next exchange's gap */
        check_two_clean(false);
        assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], 2 * stray.count);
    }
}

MW_TEST(junk_behind_the_answer_does_no_harm)
{
    const bytes junk = raw("01 03 FA DE AD 00 55 FF 01");
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        const bytes request = framed(numbered != 0, 7, ASKS);
        const bytes answer = framed(numbered != 0, 7, ANSWERS);
        bytes all = answer;
        add(&all, &junk);
        for (size_t split = 0; split < all.count; split++) {
            set_up(numbered != 0, 9600, WRAPS_SOON);
            say_split(1, LATENCY_US, &all, split, 100);
            assert_int_equal(exchange(&request), MW_OK);
            check_reply(&answer);
            sim_idle(&bench.line, &bench.link, 200);
            check_two_clean(numbered != 0);
        }
    }
}

/* ---- adapters that hear themselves ---- */

static void check_echo(const char *asks, const char *answers)
{
    const bytes request = rtu(asks);
    const bytes answer = rtu(answers);
    bytes all = request;
    add(&all, &answer);
    for (size_t split = 0; split < all.count; split++) {
        set_up(false, 9600, WRAPS_SOON);
        bench.config.echo = true;
        say_split(1, 1000, &all, split, 20000);
        exchange(&request);
        check_good(&answer);
    }
    set_up(false, 9600, WRAPS_SOON); /* a slow device */
    bench.config.echo = true;
    say(1, 1000, &request);
    say(1, TIMEOUT_US - 1, &answer);
    exchange(&request);
    check_good(&answer);
}

MW_TEST(the_answer_behind_the_adapters_echo_is_taken)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        check_echo(pairs[i].request, pairs[i].answer);
    }
}

MW_TEST(the_adapters_echo_alone_is_no_success)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        const bytes request = rtu(pairs[i].request);
        for (size_t split = 0; split < request.count; split++) {
            mw_status status;
            set_up(false, 9600, WRAPS_SOON);
            bench.config.echo = true;
            say_split(1, 1000, &request, split, 20000);
            status = exchange(&request);
            assert_true(status == MW_ERR_TIMEOUT || status == MW_ERR_SHORT);
            check_no_reply();
        }
    }
}

MW_TEST(each_attempt_has_an_echo_of_its_own)
{
    const bytes request = rtu(pairs[2].request);
    const bytes answer = rtu(pairs[2].answer);
    (void)state;
    set_up(false, 9600, WRAPS_SOON);
    bench.config.echo = true;
    say(1, 1000, &request);
    say(2, 1000, &request);
    say(3, 1000, &request);
    say(3, LATENCY_US, &answer);
    assert_int_equal(exchange_within(&request, TIMEOUT_US, 2), MW_OK);
    check_reply(&answer);
    assert_int_equal(bench.line.sent, 3);
}

/* link.h asks for a buffer for the longest answer; the answer to a long write has 8 bytes. */
MW_TEST(an_echo_longer_than_the_buffer_is_skipped)
{
    const bytes answer = rtu("01 10 00 00 00 7B");
    bytes request = raw("01 10 00 00 00 7B F6");
    bytes all;
    (void)state;
    fill(&request, 246);
    add_crc(&request);
    all = request;
    add(&all, &answer);
    for (unsigned direct = 2; direct-- > 0;) {
        static uint8_t buffer[8];
        mw_status status;
        set_up_buffer(false, 9600, WRAPS_SOON, buffer, sizeof buffer);
        bench.config.echo = true;
        bench.line.direct = direct != 0;
        assert_true(sim_say(&bench.line, 1, 1000, MW_LINK_CHAR_US(9600), all.at, all.count));
        status = exchange(&request);
        assert_int_equal(status, MW_OK);
        if (status != MW_OK) {
            return; /* the other way would not come back */
        }
        check_reply(&answer);
    }
}

/* ---- broadcasts ---- */

static const char *const broadcasts[] = {"00 06 60 48 00 02", "00 10 00 01 00 02 04 00 0A 01 02"};

/* SL 2.4.1: 100 to 200 ms; the bytes are on their way before. */
static void check_broadcast(void)
{
    const uint64_t took_us = bench.line.time_us - bench.line.sent_us;
    assert_int_equal(mw_link_status(&bench.link), MW_OK);
    check_no_reply();
    assert_int_equal(bench.line.sent, 1);
    assert_int_equal(bench.counters[MW_LINK_GOOD], 1);
    assert_int_equal(outcomes(), 1);
    assert_true(took_us >= 100000);
    assert_true(took_us <= 200000 + 13 * MW_LINK_CHAR_US(9600));
}

MW_TEST(a_broadcast_is_done_after_its_pause_without_a_reply)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(broadcasts); i++) {
        const bytes request = rtu(broadcasts[i]);
        set_up(false, 9600, WRAPS_SOON);
        exchange_within(&request, 0, 0);
        check_broadcast();
        check_two_clean(false);
        set_up(false, 9600, WRAPS_SOON);
        exchange_within(&request, 1000, 3); /* neither timeout nor repetitions apply */
        check_broadcast();
    }
}

MW_TEST(the_adapters_echo_of_a_broadcast_is_not_its_answer)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(broadcasts); i++) {
        const bytes request = rtu(broadcasts[i]);
        set_up(false, 9600, WRAPS_SOON);
        bench.config.echo = true;
        say(1, 1000, &request);
        exchange(&request);
        check_broadcast();
    }
}

MW_TEST(a_stray_answer_after_a_broadcast_does_not_disturb_the_next_exchange)
{
    const bytes stray = rtu("01 03 04 DE AD BE EF");
    (void)state;
    for (size_t i = 0; i < MW_COUNT(broadcasts); i++) {
        const bytes request = rtu(broadcasts[i]);
        for (size_t split = 0; split < stray.count; split++) {
            set_up(false, 9600, WRAPS_SOON);
            say_split(1, 1000, &stray, split, 90000);
            exchange(&request);
            assert_int_equal(mw_link_status(&bench.link), MW_OK);
            check_no_reply();
            check_two_clean(false);
        }
    }
}

/* Nobody answers a broadcast, so nothing that comes is its answer and ends the devices' pause. */
MW_TEST(nothing_that_comes_after_a_broadcast_ends_its_pause)
{
    static const char *const strays[] = {"00 06 60 48 00 02", "00 86 02", "00 10 00 01 00 02", "00 90 01"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(broadcasts); i++) {
        const bytes request = rtu(broadcasts[i]);
        for (size_t k = 0; k < MW_COUNT(strays); k++) {
            const bytes stray = rtu(strays[k]);
            set_up(false, 9600, WRAPS_SOON);
            say(1, LATENCY_US, &stray);
            exchange(&request);
            check_broadcast();
        }
    }
}

/* ---- silence before a request ---- */

/* SL 2.5.1.1: 3.5 characters of 11 bits, 1750 us above 19200 Bd. */
static const struct gap {
    uint32_t baud;
    uint32_t t35_us;
} gaps[] = {{300, 128333}, {600, 64167},  {1200, 32083}, {2400, 16042}, {4800, 8021},
            {9600, 4010},  {19200, 2005}, {38400, 1750}, {57600, 1750}, {115200, 1750}};

static void check_gap(uint32_t baud, uint32_t gap_us, uint32_t poll_us, uint32_t least_us)
{
    const bytes request = rtu("01 03 00 00 00 02");
    const bytes answer = rtu(ANSWERS);
    const bytes other_request = rtu("02 03 00 00 00 02");
    const bytes other_answer = rtu("02 03 04 12 34 56 78");
    const bytes noise = raw("55");
    const uint64_t most_us = (uint64_t)least_us + 4 + poll_us; /* a character is rounded up */
    set_up(false, baud, WRAPS_SOON);
    bench.config.gap_us = gap_us;
    bench.line.poll_us = poll_us;
    say(1, LATENCY_US, &answer);
    say(2, LATENCY_US, &other_answer);
    say(3, LATENCY_US, &answer);
    assert_int_equal(exchange(&request), MW_OK);
    assert_true(bench.line.sent_us >= least_us); /* nothing is known about the time before mw_link_init() */
    bench.line.quiet_us = SIM_NEVER;
    assert_int_equal(exchange(&other_request), MW_OK); /* at once */
    assert_true(bench.line.quiet_us >= least_us);
    assert_true(bench.line.quiet_us <= most_us);
    if (least_us > 200000) {
        return; /* the noise would last too long */
    }
    say(SIM_NOW, 1, &noise); /* begins it anew, again and again */
    say(SIM_NOW, least_us / 2, &noise);
    say(SIM_NOW, least_us, &noise);
    say(SIM_NOW, 2 * (uint64_t)least_us - 1, &noise);
    bench.line.quiet_us = SIM_NEVER;
    assert_int_equal(exchange(&request), MW_OK);
    assert_true(bench.line.quiet_us >= least_us);
    assert_true(bench.line.quiet_us <= most_us);
}

MW_TEST(a_request_follows_the_last_byte_after_3_5_characters_at_every_baud_rate)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(gaps); i++) {
        check_gap(gaps[i].baud, 0, 0, gaps[i].t35_us);
        check_gap(gaps[i].baud, 0, 100, gaps[i].t35_us);
        rtu_framer = &mw_framer_rtu_registers; /* keeps the same silence */
        check_gap(gaps[i].baud, 0, 0, gaps[i].t35_us);
        rtu_framer = &mw_framer_rtu;
    }
}

MW_TEST(a_shorter_gap_of_the_configuration_changes_nothing)
{
    (void)state;
    check_gap(9600, 1000, 0, 4010);
}

MW_TEST(a_longer_gap_of_the_configuration_is_kept)
{
    (void)state;
    check_gap(9600, 50000, 0, 50000);
    check_gap(9600, 50000, 777, 50000);
    check_gap(115200, 50000, 0, 50000);
}

/* link.h: polling sooner does no harm. */
MW_TEST(a_gap_of_two_seconds_is_kept_however_often_is_polled)
{
    (void)state;
    check_gap(9600, 2000000, 0, 2000000);
    check_gap(9600, 2000000, 10000, 2000000);
}

MW_TEST(the_gap_is_kept_before_a_repetition)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    bytes damaged = rtu(ANSWERS);
    (void)state;
    damaged.at[4] ^= 1;
    for (size_t i = 0; i < MW_COUNT(gaps); i++) {
        set_up(false, gaps[i].baud, WRAPS_SOON);
        say(1, LATENCY_US, &damaged);
        say(1, TIMEOUT_US + 7 * MW_LINK_CHAR_US(gaps[i].baud), &damaged);
        say(2, LATENCY_US, &answer);
        assert_int_equal(exchange_within(&request, TIMEOUT_US, 1), MW_OK);
        assert_int_equal(bench.line.sent, 2);
        assert_true(bench.line.quiet_us >= gaps[i].t35_us);
    }
}

MW_TEST(tcp_sends_at_once_but_keeps_a_gap_of_the_configuration)
{
    (void)state;
    set_up(true, 0, WRAPS_SOON);
    check_two_clean(true);
    assert_true(bench.line.time_us == 2 * LATENCY_US);
    assert_true(bench.line.quiet_us == 0);
    set_up(true, 0, WRAPS_SOON);
    bench.config.gap_us = 30000;
    check_two_clean(true);
    assert_true(bench.line.quiet_us == 30000);
}

static void check_busy_line(unsigned repeats, mw_status status)
{
    static uint8_t chatter[1600];
    const bytes request = rtu(ASKS);
    const uint64_t since_us = bench.line.time_us;
    memset(chatter, 0x55, sizeof chatter);
    assert_true(sim_say(&bench.line, SIM_NOW, 0, 1500, chatter, sizeof chatter)); /* 2.4 s */
    sim_start(&bench.line, &bench.link, request.at, request.count, TIMEOUT_US, repeats);
    assert_int_equal(finish(), status);
    check_no_reply();
    assert_true(bench.line.time_us - since_us >= 100000);
    assert_true(bench.line.time_us - since_us <= 2000000);
}

MW_TEST(a_line_on_which_somebody_talks_all_the_time_is_given_up)
{
    (void)state;
    set_up(false, 9600, WRAPS_SOON);
    check_busy_line(2, MW_ERR_FRAME);
    assert_int_equal(bench.line.sent, 0);
    sim_idle(&bench.line, &bench.link, 2500000);
    check_two_clean(false);
}

MW_TEST(what_was_never_sent_has_no_outcome_in_the_counters)
{
    (void)state;
    set_up(false, 9600, WRAPS_SOON);
    check_busy_line(0, MW_ERR_FRAME);
    assert_int_equal(bench.line.sent, 0);
    assert_int_equal(outcomes(), 0);
}

MW_TEST(a_line_that_falls_silent_in_time_is_waited_for)
{
    static uint8_t chatter[300];
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    (void)state;
    memset(chatter, 0x55, sizeof chatter);
    set_up(false, 9600, WRAPS_SOON);
    assert_true(sim_say(&bench.line, SIM_NOW, 0, 1500, chatter, sizeof chatter)); /* 450 ms */
    say(1, LATENCY_US, &answer);
    assert_int_equal(exchange(&request), MW_OK);
    assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], sizeof chatter);
}

/* ---- repetitions, counters ---- */

MW_TEST(without_an_answer_the_request_is_sent_once_and_as_often_as_it_may_be_repeated)
{
    (void)state;
    for (unsigned numbered = 0; numbered <= 1; numbered++) {
        const bytes request = framed(numbered != 0, 7, ASKS);
        for (unsigned repeats = 0; repeats <= 5; repeats++) {
            set_up(numbered != 0, 9600, WRAPS_SOON);
            assert_int_equal(exchange_within(&request, TIMEOUT_US, repeats), MW_ERR_TIMEOUT);
            assert_int_equal(bench.line.sent, repeats + 1);
            assert_int_equal(bench.counters[MW_LINK_TIMEOUT], repeats + 1);
            assert_int_equal(outcomes(), repeats + 1);
            assert_true(bench.line.time_us <=
                        (uint64_t)(repeats + 1) * (TIMEOUT_US + 5000 + (8 + 264) * bench.config.char_us));
            check_no_reply();
        }
    }
}

/* What comes for each kind of outcome. */
static bytes of_kind(mw_status status)
{
    bytes b = rtu(ANSWERS);
    switch ((int)status) {
    case MW_ERR_SHORT:
        b.count = 4;
        break;
    case MW_ERR_FRAME:
        b = raw("55 55 55 55 55");
        break;
    case MW_ERR_CHECK:
        b.at[4] ^= 1;
        break;
    case MW_ERR_MISMATCH:
        b = rtu("02 03 04 12 34 56 78");
        break;
    case MW_ERR_REFUSED:
        b = rtu("01 83 02");
        break;
    case MW_ERR_TIMEOUT:
        b.count = 0;
        break;
    default:
        break;
    }
    return b;
}

MW_TEST(each_outcome_is_counted_once_as_what_it_is_and_repeated_unless_it_is_an_answer)
{
    static const mw_status kinds[] = {MW_OK,        MW_ERR_TIMEOUT,  MW_ERR_FRAME,
                                      MW_ERR_CHECK, MW_ERR_MISMATCH, MW_ERR_REFUSED};
    const bytes request = rtu(ASKS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(kinds); i++) {
        const bool answers = kinds[i] == MW_OK || kinds[i] == MW_ERR_REFUSED;
        const bytes comes = of_kind(kinds[i]);
        const unsigned attempts = answers ? 1 : 3;
        set_up(false, 9600, WRAPS_SOON);
        for (unsigned n = 1; n <= 3; n++) {
            say(n, LATENCY_US, &comes);
        }
        assert_int_equal(exchange_within(&request, TIMEOUT_US, 2), kinds[i]);
        assert_int_equal(bench.line.sent, attempts);
        assert_int_equal(bench.counters[-(int)kinds[i]], attempts);
        assert_int_equal(outcomes(), attempts);
    }
}

MW_TEST(a_short_answer_is_counted_as_short_and_repeated)
{
    const bytes request = rtu(ASKS);
    const bytes comes = of_kind(MW_ERR_SHORT);
    (void)state;
    set_up(false, 9600, WRAPS_SOON);
    say(1, LATENCY_US, &comes);
    say(2, LATENCY_US, &comes);
    assert_int_equal(exchange_within(&request, TIMEOUT_US, 1), MW_ERR_SHORT);
    assert_int_equal(bench.line.sent, 2);
    assert_int_equal(bench.counters[MW_LINK_SHORT], 2);
    assert_int_equal(outcomes(), 2);
}

MW_TEST(a_good_answer_to_a_repetition_is_success)
{
    static const mw_status kinds[] = {MW_ERR_TIMEOUT, MW_ERR_FRAME, MW_ERR_CHECK, MW_ERR_MISMATCH};
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(kinds); i++) {
        const bytes comes = of_kind(kinds[i]);
        set_up(false, 9600, WRAPS_SOON);
        say(1, LATENCY_US, &comes);
        say(2, LATENCY_US, &answer);
        assert_int_equal(exchange_within(&request, TIMEOUT_US, 5), MW_OK);
        check_reply(&answer);
        assert_int_equal(bench.line.sent, 2);
        assert_int_equal(bench.counters[-(int)kinds[i]], 1);
        assert_int_equal(bench.counters[MW_LINK_GOOD], 1);
        assert_int_equal(outcomes(), 2);
    }
}

MW_TEST(the_most_telling_thing_that_came_in_an_attempt_is_its_status)
{
    static const mw_status kinds[] = {MW_ERR_FRAME, MW_ERR_CHECK, MW_ERR_MISMATCH};
    const bytes request = rtu(ASKS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(kinds); i++) {
        for (size_t k = 0; k < MW_COUNT(kinds); k++) {
            const bytes first = of_kind(kinds[i]);
            const bytes second = of_kind(kinds[k]);
            set_up(false, 9600, WRAPS_SOON);
            say(1, 20000, &first);
            say(1, 60000, &second);
            assert_int_equal(exchange(&request), kinds[i > k ? i : k]);
            assert_int_equal(outcomes(), 1);
        }
    }
}

MW_TEST(the_last_attempt_is_the_status_of_the_exchange)
{
    static const mw_status kinds[] = {MW_ERR_TIMEOUT, MW_ERR_FRAME, MW_ERR_CHECK, MW_ERR_MISMATCH};
    const bytes request = rtu(ASKS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(kinds); i++) {
        for (size_t k = 0; k < MW_COUNT(kinds); k++) {
            const bytes first = of_kind(kinds[i]);
            const bytes second = of_kind(kinds[k]);
            set_up(false, 9600, WRAPS_SOON);
            say(1, LATENCY_US, &first);
            say(2, LATENCY_US, &second);
            assert_int_equal(exchange_within(&request, TIMEOUT_US, 1), kinds[k]);
            assert_int_equal(outcomes(), 2);
        }
    }
}

MW_TEST(counters_are_not_needed)
{
    (void)state;
    set_up(false, 9600, WRAPS_SOON);
    bench.config.counters = NULL;
    check_two_clean(false);
    assert_int_equal(outcomes(), 0);
}

MW_TEST(intact_frames_that_were_skipped_are_counted)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    const bytes foreign = rtu("02 03 04 12 34 56 78");
    const bytes other = rtu("01 04 02 12 34");
    bytes all = foreign;
    (void)state;
    add(&all, &other);
    add(&all, &foreign);
    add(&all, &answer);
    for (size_t split = 0; split < all.count; split++) {
        set_up(false, 9600, WRAPS_SOON);
        say_split(1, LATENCY_US, &all, split, 1000);
        assert_int_equal(exchange(&request), MW_OK);
        assert_int_equal(bench.counters[MW_LINK_STRAY_FRAMES], 3);
        assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], all.count - answer.count);
    }
}

/* link.h: "bytes thrown away, those of stray frames included". */
static void check_stray_bytes(const bytes *before, const bytes *answer, const bytes *behind)
{
    const bytes request = rtu(ASKS);
    bytes all = {0};
    add(&all, before);
    add(&all, answer);
    add(&all, behind);
    set_up(false, 9600, WRAPS_SOON);
    say(1, LATENCY_US, &all);
    exchange(&request);
    assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], before->count + behind->count);
}

MW_TEST(bytes_of_a_frame_that_stopped_are_counted_as_thrown_away)
{
    const bytes nothing = {0};
    const bytes truncated = raw("01 03 04 12");
    (void)state;
    check_stray_bytes(&truncated, &nothing, &nothing);
}

MW_TEST(bytes_in_front_of_the_answer_are_counted_as_thrown_away)
{
    const bytes nothing = {0};
    const bytes answer = rtu(ANSWERS);
    const bytes none = raw("00 55 55 00");
    const bytes beginning = raw("01 03 FA");
    (void)state;
    check_stray_bytes(&none, &answer, &nothing);
    check_stray_bytes(&beginning, &answer, &nothing);
}

MW_TEST(bytes_behind_the_answer_are_counted_as_thrown_away)
{
    const bytes nothing = {0};
    const bytes answer = rtu(ANSWERS);
    const bytes junk = raw("DE AD BE EF");
    (void)state;
    check_stray_bytes(&nothing, &answer, &junk);
}

/* ---- anything may come, into any buffer ---- */

#define ARENA_EDGE 16

static uint8_t arena[ARENA_EDGE + MW_MODBUS_FRAME_MAX + ARENA_EDGE];

static void check_arena(size_t size)
{
    unsigned changed = 0;
    for (size_t i = 0; i < sizeof arena; i++) {
        if ((i < ARENA_EDGE || i >= ARENA_EDGE + size) && arena[i] != 0xA5) {
            changed++;
        }
    }
    assert_int_equal(changed, 0);
}

/* A piece of anything but the answer to number 7 or, on RTU, to unit 1 and function 3 or its refusal. */
static bytes any_piece(bool numbered)
{
    static const char *const foreign[] = {"02 03 04 12 34 56 78", "01 04 02 00 00", "01 06 00 01 00 03", "02 83 02"};
    bytes b = {0};
    const unsigned kind = any(5);
    if (kind == 0) {
        b = framed(numbered, 6, foreign[any(MW_COUNT(foreign))]);
    } else if (kind == 1) {
        b = framed(numbered, 6, ANSWERS);
        b.count = 1 + any((unsigned)b.count - 3);
    } else if (kind == 2 && !numbered) {
        b = rtu(ANSWERS);
        b.at[3 + any(4)] ^= (uint8_t)(1 << any(8));
    } else if (kind == 3) {
        b = raw(numbered ? "00 07 00 00 00 FD 01 03" : "01 03 FA");
    } else {
        for (unsigned n = 1 + any(40); n > 0; n--) {
            b.at[b.count++] = (uint8_t)(any(3) == 0 ? any(256) : any(8));
        }
    }
    return b;
}

/* Whole or byte by byte, somewhere around the timeout. */
static void say_any(unsigned after, const bytes *piece)
{
    const unsigned at_us = any(2 * TIMEOUT_US);
    const unsigned pace_us = any(2) != 0 ? any(5000) : 0;
    assert_true(sim_say(&bench.line, after, at_us, pace_us, piece->at, piece->count));
}

static void check_anything(bool numbered, size_t size)
{
    static bytes pieces[12];
    const bytes request = framed(numbered, 7, ASKS);
    const bytes answer = framed(numbered, 8, ANSWERS);
    const unsigned count = any(MW_COUNT(pieces) + 1);
    const unsigned repeats = any(3);
    mw_status status;
    /* Per attempt: a gap, at most a second of talk, the timeout, the request and the longest answer on the wire. */
    uint64_t most_us;
    memset(arena, 0xA5, sizeof arena);
    set_up_buffer(numbered, 9600, any(UINT32_MAX), arena + ARENA_EDGE, size);
    bench.line.direct = any(2) != 0;
    bench.line.poll_us = any(2) != 0 ? 1 + any(50000) : 0;
    bench.config.echo = !numbered && any(4) == 0 && size >= request.count;
    most_us = (uint64_t)(repeats + 1) * (5000 + 1000000 + TIMEOUT_US + (8 + 264) * bench.config.char_us);
    for (unsigned i = 0; i < count; i++) {
        pieces[i] = any_piece(numbered);
        say_any(any(3), &pieces[i]);
    }
    status = exchange_within(&request, TIMEOUT_US, repeats);
    assert_true(status <= MW_ERR_TIMEOUT && status >= MW_ERR_MISMATCH);
    check_no_reply();
    assert_true(bench.line.time_us <= most_us);
    assert_in_range(bench.line.sent, 0, repeats + 1);
    /* A clean exchange, as soon as what was said is heard. */
    bench.line.direct = false;
    bench.config.echo = false;
    bench.line.event_count = 0;
    sim_idle(&bench.line, &bench.link, 100000);
    say(bench.line.sent + 1, LATENCY_US, &answer);
    {
        const bytes next = framed(numbered, 8, ASKS);
        status = exchange(&next);
    }
    assert_int_equal(status == MW_OK, size >= answer.count);
    if (status == MW_OK) {
        check_reply(&answer);
    }
    check_arena(size);
}

MW_TEST(whatever_comes_an_exchange_ends_in_time_writes_nowhere_else_and_the_next_one_works)
{
    (void)state;
    seed = 0x77697265;
    for (size_t size = 5; size <= MW_MODBUS_FRAME_MAX; size += MW_STRIDE(31)) {
        for (unsigned i = 0; i < 8; i++) {
            check_anything(false, size);
            check_anything(true, size);
        }
    }
}

MW_TEST(the_longest_foreign_frame_is_skipped_with_a_buffer_for_it)
{
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    bytes all = raw("02 03 FA");
    (void)state;
    fill(&all, 250);
    add_crc(&all);
    add(&all, &answer);
    set_up(false, 9600, WRAPS_SOON);
    assert_true(sim_say(&bench.line, 1, LATENCY_US, MW_LINK_CHAR_US(9600), all.at, all.count));
    assert_int_equal(exchange_within(&request, 0, 0), MW_OK);
    check_reply(&answer);
    assert_int_equal(bench.counters[MW_LINK_STRAY_FRAMES], 1);
}

/* For the address sanitizer: frames shorter than the answer, at the very end of the buffer. */
MW_TEST(a_short_frame_of_something_else_is_read_no_further_than_it_is)
{
    static uint8_t rtu_buffer[8];
    static uint8_t tcp_buffer[12];
    const bytes request = rtu("55 06 60 48 00 02");
    bytes all = raw("00 00 00");
    bytes stray = rtu("55 84 02");
    (void)state;
    add(&all, &stray); /* 8 bytes, as long as the answer */
    set_up_buffer(false, 9600, WRAPS_SOON, rtu_buffer, sizeof rtu_buffer);
    say(1, LATENCY_US, &all);
    assert_int_equal(exchange(&request), MW_ERR_MISMATCH);
    {
        const bytes numbered = tcp(7, "01 06 60 48 00 02");
        stray = tcp(7, "01 84 02");
        all = raw("FF FF FF");
        add(&all, &stray);
        set_up_buffer(true, 0, WRAPS_SOON, tcp_buffer, sizeof tcp_buffer);
        say(1, LATENCY_US, &all);
        assert_int_equal(exchange(&numbered), MW_ERR_MISMATCH);
    }
}

/* ---- any call in any state ---- */

/* Brings a fresh link into a state; the requests are those of the list. */
static void bring_into(mw_link_want want)
{
    static bytes request;
    static bytes answer;
    request = rtu(ASKS);
    answer = rtu(ANSWERS);
    set_up(false, 9600, WRAPS_SOON);
    if (want >= MW_LINK_WAIT) {
        start(&request, 0);
    }
    if (want >= MW_LINK_SEND) {
        assert_int_equal(step(1000000), MW_LINK_SEND);
    }
    if (want >= MW_LINK_RECEIVE) {
        send_now();
    }
    if (want >= MW_LINK_DONE) {
        say(SIM_NOW, LATENCY_US, &answer);
        assert_int_equal(finish(), MW_OK);
    }
}

MW_TEST(the_first_poll_after_init_says_that_nothing_is_wanted)
{
    uint32_t wait_us = 1;
    (void)state;
    set_up(false, 9600, WRAPS_SOON);
    assert_int_equal(mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us), MW_LINK_IDLE);
    assert_int_equal(mw_link_status(&bench.link), MW_AGAIN);
    check_no_reply();
}

MW_TEST(polling_again_and_again_changes_nothing)
{
    (void)state;
    for (int want = MW_LINK_IDLE; want <= MW_LINK_DONE; want++) {
        bring_into((mw_link_want)want);
        for (unsigned i = 0; i < 5; i++) {
            uint32_t wait_us;
            assert_int_equal(mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us), want);
            assert_int_equal(mw_link_status(&bench.link), want == MW_LINK_DONE ? MW_OK : MW_AGAIN);
        }
    }
    check_reply(&(const bytes){9, {0x01, 0x03, 0x04, 0x12, 0x34, 0x56, 0x78, 0x81, 0x07}});
}

MW_TEST(there_is_a_time_to_wait_only_while_waiting)
{
    (void)state;
    for (int want = MW_LINK_IDLE; want <= MW_LINK_DONE; want++) {
        uint32_t wait_us = 12345;
        bring_into((mw_link_want)want);
        assert_int_equal(mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us), want);
        if (want == MW_LINK_WAIT) {
            assert_in_range(wait_us, 1, 4011); /* 3.5 characters */
        } else if (want == MW_LINK_RECEIVE) {
            assert_in_range(wait_us, TIMEOUT_US, TIMEOUT_US + (8 + 264) * MW_LINK_CHAR_US(9600));
        } else {
            assert_int_equal(wait_us, 0);
        }
    }
}

MW_TEST(numbers_follow_each_other_and_exchanges_do_not_change_them)
{
    const bytes request = tcp(7, ASKS);
    (void)state;
    set_up(true, 0, WRAPS_SOON);
    assert_int_equal(mw_link_number(&bench.link), 1);
    start(&request, 0);
    mw_link_cancel(&bench.link, sim_now(&bench.line));
    for (uint32_t n = 2; n <= 65536; n++) {
        assert_int_equal(mw_link_number(&bench.link), n & 0xFFFF);
    }
    assert_int_equal(mw_link_number(&bench.link), 1);
}

MW_TEST(cancelling_leads_to_idle_from_every_state)
{
    (void)state;
    for (int want = MW_LINK_IDLE; want <= MW_LINK_DONE; want++) {
        uint32_t wait_us;
        bring_into((mw_link_want)want);
        mw_link_cancel(&bench.link, sim_now(&bench.line));
        assert_int_equal(mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us), MW_LINK_IDLE);
        assert_int_equal(mw_link_status(&bench.link), MW_AGAIN);
        bench.line.event_count = 0;
        check_two_clean(false);
    }
}

/* A cancelled request is no weaker than one that failed: as late as its answer could have been then it still may be. A
 * request that the port was given, without having told so, counts as sent when it was cancelled. */
MW_TEST(the_answer_to_a_cancelled_request_is_late)
{
    static const uint32_t cancelled_after_us[] = {0, 1, 10000, TIMEOUT_US - 1, TIMEOUT_US + 5000};
    const bytes request = rtu("01 03 00 20 00 02");
    const bytes answer = rtu(ANSWERS);
    const bytes late = rtu("01 03 04 DE AD BE EF");
    (void)state;
    for (int want = MW_LINK_SEND; want <= MW_LINK_RECEIVE; want++) {
        for (size_t c = 0; c < (want == MW_LINK_SEND ? 1 : MW_COUNT(cancelled_after_us)); c++) {
            for (size_t i = 0; i < MW_COUNT(lateness); i++) {
                uint64_t fails_us;
                bring_into((mw_link_want)want);
                if (want == MW_LINK_SEND) {
                    sim_send(&bench.line, bench.line.request, bench.line.request_length);
                }
                fails_us = bench.line.sent_us + TIMEOUT_US + 8 * MW_LINK_CHAR_US(9600);
                sim_idle(&bench.line, &bench.link, cancelled_after_us[c]);
                mw_link_cancel(&bench.link, sim_now(&bench.line));
                say(SIM_NOW, fails_us - bench.line.time_us + lateness[i], &late);
                say(2, LATENCY_US, &answer);
                assert_int_equal(exchange(&request), MW_OK);
                check_reply(&answer);
                assert_in_range(bench.line.sent_us, fails_us + TIMEOUT_US, fails_us + TIMEOUT_US + 10000);
            }
        }
    }
}

/* Its time was over, but nobody had asked. */
MW_TEST(a_request_that_is_cancelled_long_after_its_time_holds_back_no_longer_than_a_failure)
{
    static const uint64_t cancelled_after_us[] = {TIMEOUT_US + 300000, 10000000, 1800000000};
    const bytes request = rtu("01 03 00 20 00 02");
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (size_t c = 0; c < MW_COUNT(cancelled_after_us); c++) {
        uint64_t cancelled_us;
        bring_into(MW_LINK_RECEIVE);
        sim_idle(&bench.line, &bench.link, cancelled_after_us[c]);
        mw_link_cancel(&bench.link, sim_now(&bench.line));
        cancelled_us = bench.line.time_us;
        say(2, LATENCY_US, &answer);
        assert_int_equal(exchange(&request), MW_OK);
        assert_in_range(bench.line.sent_us, cancelled_us + TIMEOUT_US, cancelled_us + TIMEOUT_US + 10000);
    }
}

MW_TEST(a_request_that_was_cancelled_before_it_was_sent_holds_nothing_back)
{
    (void)state;
    bring_into(MW_LINK_WAIT);
    mw_link_cancel(&bench.link, sim_now(&bench.line));
    check_clean(false, 0, 0xA3);
    assert_true(bench.line.time_us <= LATENCY_US + 5000);
}

MW_TEST(starting_gives_up_what_is_under_way_in_every_state)
{
    const bytes request = rtu("01 03 00 20 00 02");
    const bytes answer = rtu(ANSWERS);
    const bytes late = rtu("01 03 04 DE AD BE EF");
    (void)state;
    for (int want = MW_LINK_IDLE; want <= MW_LINK_DONE; want++) {
        bring_into((mw_link_want)want);
        if (want == MW_LINK_RECEIVE) {
            say(SIM_NOW, 50000, &late);
        }
        say(bench.line.sent + 1, LATENCY_US, &answer);
        assert_int_equal(exchange(&request), MW_OK);
        check_reply(&answer);
        assert_int_equal(bench.line.event_count, 0);
    }
}

MW_TEST(bytes_outside_an_exchange_are_discarded_and_counted)
{
    static const mw_link_want wants[] = {MW_LINK_IDLE, MW_LINK_WAIT, MW_LINK_SEND, MW_LINK_DONE};
    const bytes stray = rtu("01 03 04 DE AD BE EF");
    const bytes answer = rtu(ANSWERS);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(wants); i++) {
        uint32_t wait_us;
        bring_into(wants[i]);
        mw_link_feed(&bench.link, stray.at, stray.count, sim_now(&bench.line));
        assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], stray.count);
        assert_int_equal(mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us), wants[i]);
        if (wants[i] == MW_LINK_DONE) {
            assert_int_equal(mw_link_status(&bench.link), MW_OK);
            check_two_clean(false);
        } else if (wants[i] == MW_LINK_IDLE) {
            check_two_clean(false);
        } else {
            say(1, LATENCY_US, &answer);
            assert_int_equal(finish(), MW_OK);
            check_reply(&answer);
        }
    }
}

MW_TEST(no_bytes_are_no_event)
{
    (void)state;
    for (int want = MW_LINK_IDLE; want <= MW_LINK_DONE; want++) {
        uint32_t wait_us;
        bring_into((mw_link_want)want);
        mw_link_feed(&bench.link, NULL, 0, sim_now(&bench.line));
        mw_link_received(&bench.link, 0, sim_now(&bench.line));
        assert_int_equal(mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us), want);
        assert_int_equal(bench.counters[MW_LINK_STRAY_BYTES], 0);
    }
}

MW_TEST(there_is_space_during_the_exchange_even_with_the_smallest_buffer)
{
    static uint8_t buffer[9];
    const bytes request = rtu(ASKS);
    const bytes answer = rtu(ANSWERS);
    size_t space = 0;
    (void)state;
    set_up_buffer(false, 9600, WRAPS_SOON, buffer, sizeof buffer);
    (void)mw_link_space(&bench.link, &space);
    assert_true(space >= 1);
    start(&request, 0);
    (void)mw_link_space(&bench.link, &space);
    assert_true(space >= 1);
    assert_int_equal(step(1000000), MW_LINK_SEND);
    (void)mw_link_space(&bench.link, &space);
    assert_true(space >= 1);
    send_now();
    for (size_t i = 0; i < answer.count; i++) {
        (void)mw_link_space(&bench.link, &space);
        assert_true(space >= 1);
        mw_link_feed(&bench.link, answer.at + i, 1, sim_now(&bench.line));
    }
    assert_int_equal(finish(), MW_OK);
    check_reply(&answer);
}

/* The same random script with and without a copy. */
MW_TEST(received_is_the_same_as_fed)
{
    (void)state;
    for (unsigned i = 0; i < MW_ROUNDS(1000); i++) {
        uint32_t counters[MW_LINK_COUNTERS] = {0};
        mw_status status = MW_OK;
        uint64_t time_us = 0;
        for (unsigned direct = 0; direct <= 1; direct++) {
            static bytes pieces[8];
            const bool numbered = i % 2 != 0;
            const bytes request = framed(numbered, 7, ASKS);
            seed = 0x12345 + i;
            set_up_buffer(numbered, 9600, any(UINT32_MAX), bench.buffer, 32 + any(200));
            bench.line.direct = direct != 0;
            for (unsigned k = 0; k < MW_COUNT(pieces); k++) {
                pieces[k] = k + 1 < MW_COUNT(pieces) ? any_piece(numbered) : framed(numbered, 7, ANSWERS);
                say_any(1 + any(2), &pieces[k]);
            }
            if (direct == 0) {
                status = exchange_within(&request, TIMEOUT_US, 1);
                time_us = bench.line.time_us;
                memcpy(counters, bench.counters, sizeof counters);
            } else {
                assert_int_equal(exchange_within(&request, TIMEOUT_US, 1), status);
                assert_true(time_us == bench.line.time_us);
                /* bytes behind the answer may be handed over in other portions */
                counters[MW_LINK_STRAY_BYTES] = bench.counters[MW_LINK_STRAY_BYTES];
                assert_memory_equal(counters, bench.counters, sizeof counters);
            }
        }
    }
}

MW_TEST(a_reply_lives_while_the_link_is_polled)
{
    const bytes answer = rtu(ANSWERS);
    (void)state;
    bring_into(MW_LINK_DONE);
    for (unsigned i = 0; i < 10; i++) {
        uint32_t wait_us;
        (void)mw_link_poll(&bench.link, (uint32_t)(sim_now(&bench.line) + i * 400000000u), &wait_us);
        check_reply(&answer);
    }
}

MW_TESTS(MW_CASE(a_good_answer_is_taken_in_any_two_pieces_and_byte_by_byte_on_rtu),
         MW_CASE(a_good_answer_is_taken_in_any_two_pieces_and_byte_by_byte_on_tcp),
         MW_CASE(the_clock_may_wrap_around_at_any_point_of_a_good_exchange),
         MW_CASE(the_clock_may_wrap_around_at_any_point_of_a_timeout_and_of_what_follows),
         MW_CASE(a_timeout_is_not_reported_before_its_time_nor_later_than_the_answer_could_take),
         MW_CASE(bytes_that_never_end_do_not_prolong_the_wait), MW_CASE(a_timeout_of_30_minutes_is_kept),
         MW_CASE(the_longest_answer_at_300_baud_needs_no_longer_timeout), MW_CASE(r02_wrong_crc_is_an_error_of_check),
         MW_CASE(r03_another_unit_is_a_mismatch), MW_CASE(r04_another_function_is_a_mismatch),
         MW_CASE(r05_exception_2_is_a_refusal), MW_CASE(r06_exception_6_is_a_refusal),
         MW_CASE(r07_exception_11_is_a_refusal), MW_CASE(r08_exception_of_another_function_is_a_mismatch),
         MW_CASE(r09_byte_count_2_is_a_mismatch), MW_CASE(r09_byte_count_2_before_4_bytes_is_an_error),
         MW_CASE(r10_byte_count_6_is_a_mismatch), MW_CASE(r10_byte_count_6_before_4_bytes_is_an_error),
         MW_CASE(r11_byte_count_250_is_a_mismatch), MW_CASE(r12_byte_count_250_with_wrong_crc_is_an_error_of_check),
         MW_CASE(r13_byte_count_252_is_no_frame), MW_CASE(r14_byte_count_5_is_a_mismatch),
         MW_CASE(r15_byte_count_0_is_a_mismatch), MW_CASE(r16_truncated_is_short),
         MW_CASE(r20_exception_0_is_a_refusal), MW_CASE(t02_previous_transaction_is_a_mismatch),
         MW_CASE(t04_protocol_1_is_no_frame), MW_CASE(t05_length_3_is_an_error), MW_CASE(t06_length_9_is_an_error),
         MW_CASE(t07_length_255_is_no_frame), MW_CASE(t08_another_unit_is_a_mismatch),
         MW_CASE(t09_byte_count_250_is_a_mismatch), MW_CASE(t10_exception_10_is_a_refusal),
         MW_CASE(t11_length_0_is_no_frame), MW_CASE(t12_length_ffff_is_no_frame), MW_CASE(t13_cut_frame_is_an_error),
         MW_CASE(t14_another_function_is_a_mismatch), MW_CASE(truncated_tcp_frame_is_short),
         MW_CASE(an_answer_cut_anywhere_is_short), MW_CASE(bytes_that_begin_no_frame_are_no_frame),
         MW_CASE(r17_the_answer_behind_a_noise_byte_is_found), MW_CASE(r18_the_answer_behind_an_echo_is_found),
         MW_CASE(r19_the_answer_behind_the_frame_of_another_unit_is_found),
         MW_CASE(t03_the_answer_behind_a_stale_frame_is_found), MW_CASE(the_answer_behind_a_damaged_one_is_found),
         MW_CASE(the_answer_behind_noise_of_any_value_is_found),
         MW_CASE(the_answer_behind_the_beginning_of_a_long_frame_is_found),
         MW_CASE(the_answer_behind_random_noise_is_found),
         MW_CASE(a_noise_byte_does_not_shorten_the_wait_for_a_slow_answer),
         MW_CASE(an_echo_does_not_shorten_the_wait_for_a_slow_answer),
         MW_CASE(the_beginning_of_a_stale_tcp_frame_does_not_shorten_the_wait_for_a_slow_answer),
         MW_CASE(a_foreign_frame_does_not_shorten_the_wait_for_a_slow_answer),
         MW_CASE(a_frame_that_stops_for_the_silence_is_given_up_and_not_before),
         MW_CASE(the_answer_behind_the_beginning_of_a_long_frame_is_found_after_the_silence),
         MW_CASE(a_late_answer_is_not_taken_for_that_of_the_same_request),
         MW_CASE(a_late_answer_is_not_taken_for_that_of_another_address),
         MW_CASE(a_late_answer_is_not_taken_for_that_of_another_unit),
         MW_CASE(a_late_answer_is_not_taken_for_that_of_another_function),
         MW_CASE(a_late_answer_is_not_taken_although_noise_came_before),
         MW_CASE(a_late_answer_is_not_taken_although_an_echo_came_before),
         MW_CASE(a_late_answer_is_not_taken_although_a_foreign_damaged_frame_came_before),
         MW_CASE(a_late_answer_is_not_taken_although_a_foreign_frame_came_before),
         MW_CASE(a_late_refusal_is_not_taken_for_the_next_request),
         MW_CASE(a_late_answer_in_pieces_around_the_next_request_is_not_taken),
         MW_CASE(a_late_answer_is_not_taken_although_another_unit_was_asked_meanwhile),
         MW_CASE(a_late_answer_is_not_taken_although_another_unit_failed_meanwhile),
         MW_CASE(a_late_answer_is_not_taken_with_the_framer_for_registers),
         MW_CASE(an_answer_to_the_first_attempt_is_taken_during_the_second),
         MW_CASE(the_second_answer_after_a_repetition_is_not_taken_for_the_next_request),
         MW_CASE(the_second_answer_is_not_taken_although_the_repetition_had_to_wait),
         MW_CASE(no_answer_is_ever_taken_for_that_of_a_younger_request),
         MW_CASE(on_tcp_a_late_answer_is_not_taken_and_nobody_waits_for_it),
         MW_CASE(a_request_after_a_success_is_not_held_back),
         MW_CASE(a_second_copy_of_the_answer_is_not_taken_for_the_next_one),
         MW_CASE(an_answer_that_comes_while_idle_is_not_taken), MW_CASE(junk_behind_the_answer_does_no_harm),
         MW_CASE(the_answer_behind_the_adapters_echo_is_taken), MW_CASE(the_adapters_echo_alone_is_no_success),
         MW_CASE(each_attempt_has_an_echo_of_its_own), MW_CASE(an_echo_longer_than_the_buffer_is_skipped),
         MW_CASE(a_broadcast_is_done_after_its_pause_without_a_reply),
         MW_CASE(the_adapters_echo_of_a_broadcast_is_not_its_answer),
         MW_CASE(a_stray_answer_after_a_broadcast_does_not_disturb_the_next_exchange),
         MW_CASE(nothing_that_comes_after_a_broadcast_ends_its_pause),
         MW_CASE(a_request_follows_the_last_byte_after_3_5_characters_at_every_baud_rate),
         MW_CASE(a_shorter_gap_of_the_configuration_changes_nothing),
         MW_CASE(a_longer_gap_of_the_configuration_is_kept),
         MW_CASE(a_gap_of_two_seconds_is_kept_however_often_is_polled), MW_CASE(the_gap_is_kept_before_a_repetition),
         MW_CASE(tcp_sends_at_once_but_keeps_a_gap_of_the_configuration),
         MW_CASE(a_line_on_which_somebody_talks_all_the_time_is_given_up),
         MW_CASE(what_was_never_sent_has_no_outcome_in_the_counters),
         MW_CASE(a_line_that_falls_silent_in_time_is_waited_for),
         MW_CASE(without_an_answer_the_request_is_sent_once_and_as_often_as_it_may_be_repeated),
         MW_CASE(each_outcome_is_counted_once_as_what_it_is_and_repeated_unless_it_is_an_answer),
         MW_CASE(a_short_answer_is_counted_as_short_and_repeated), MW_CASE(a_good_answer_to_a_repetition_is_success),
         MW_CASE(the_most_telling_thing_that_came_in_an_attempt_is_its_status),
         MW_CASE(the_last_attempt_is_the_status_of_the_exchange), MW_CASE(counters_are_not_needed),
         MW_CASE(intact_frames_that_were_skipped_are_counted),
         MW_CASE(bytes_of_a_frame_that_stopped_are_counted_as_thrown_away),
         MW_CASE(bytes_in_front_of_the_answer_are_counted_as_thrown_away),
         MW_CASE(bytes_behind_the_answer_are_counted_as_thrown_away),
         MW_CASE(whatever_comes_an_exchange_ends_in_time_writes_nowhere_else_and_the_next_one_works),
         MW_CASE(the_longest_foreign_frame_is_skipped_with_a_buffer_for_it),
         MW_CASE(a_short_frame_of_something_else_is_read_no_further_than_it_is),
         MW_CASE(the_first_poll_after_init_says_that_nothing_is_wanted),
         MW_CASE(polling_again_and_again_changes_nothing), MW_CASE(there_is_a_time_to_wait_only_while_waiting),
         MW_CASE(numbers_follow_each_other_and_exchanges_do_not_change_them),
         MW_CASE(cancelling_leads_to_idle_from_every_state), MW_CASE(the_answer_to_a_cancelled_request_is_late),
         MW_CASE(a_request_that_is_cancelled_long_after_its_time_holds_back_no_longer_than_a_failure),
         MW_CASE(a_request_that_was_cancelled_before_it_was_sent_holds_nothing_back),
         MW_CASE(starting_gives_up_what_is_under_way_in_every_state),
         MW_CASE(bytes_outside_an_exchange_are_discarded_and_counted), MW_CASE(no_bytes_are_no_event),
         MW_CASE(there_is_space_during_the_exchange_even_with_the_smallest_buffer),
         MW_CASE(received_is_the_same_as_fed), MW_CASE(a_reply_lives_while_the_link_is_polled))
