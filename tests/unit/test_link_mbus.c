/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>
#include <meterwire/mbus.h>

#include "../mw_test.h"
#include "sim_line.h"

#define TIMEOUT_US 200000u
#define LATENCY_US 20000u
#define BAUD       2400u
#define WRAPS_SOON (UINT32_MAX - 15000u)

/* ---- frames; the check sums are sums of their bytes ---- */

#define NKE_1      "10 40 01 41 16"
#define UD1_1      "10 5A 01 5B 16"
#define UD1_1_FCB  "10 7A 01 7B 16"
#define UD2_1      "10 5B 01 5C 16"
#define UD2_1_FCB  "10 7B 01 7C 16"
#define UD2_253    "10 7B FD 78 16"
#define UD2_254    "10 7B FE 79 16"
#define SEND_1     "68 06 06 68 53 01 51 01 7A 01 21 16"
#define SEND_1_FCB "68 06 06 68 73 01 51 01 7A 01 41 16"
#define BAUD_1     "68 03 03 68 53 01 BB 0F 16"
#define SELECT     "68 0B 0B 68 53 FD 52 01 00 07 13 CD 25 01 02 B2 16"

#define ACK          "E5"
#define ANSWER_1     "68 06 06 68 08 01 78 01 13 05 9A 16"
#define ANSWER_1_ACD "68 03 03 68 28 01 78 A1 16"
#define ANSWER_1_DFC "68 03 03 68 18 01 78 91 16"
#define ANSWER_5     "68 03 03 68 08 05 78 85 16"
#define ERROR_1      "68 04 04 68 08 01 70 08 81 16" /* M26 */
#define ERROR_6E     "68 03 03 68 08 01 6E 77 16"
#define ERROR_6F     "68 03 03 68 08 01 6F 78 16"
#define NO_ERROR_6D  "68 03 03 68 08 01 6D 76 16"
#define NO_ERROR_71  "68 03 03 68 08 01 71 7A 16"

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

/* ---- what a frame is to a request ---- */

static const struct judgement {
    const char *request;
    const char *bytes;
    int status;
    size_t length;
} judgements[] = {
    {NKE_1, ACK, MW_OK, 1},
    {SEND_1, ACK, MW_OK, 1},
    {SEND_1_FCB, ACK, MW_OK, 1},
    {BAUD_1, ACK, MW_OK, 1},
    {SELECT, ACK, MW_OK, 1},
    {UD1_1, ACK, MW_OK, 1},
    {UD1_1_FCB, ACK, MW_OK, 1},
    {UD2_1, ACK, MW_ERR_MISMATCH, 1},
    {UD2_1_FCB, ACK, MW_ERR_MISMATCH, 1},
    {UD2_253, ACK, MW_ERR_MISMATCH, 1},
    {UD2_1, ANSWER_1, MW_OK, 12},
    {UD2_1_FCB, ANSWER_1, MW_OK, 12},
    {UD1_1, ANSWER_1, MW_OK, 12},
    {UD1_1_FCB, ANSWER_1, MW_OK, 12},
    {UD2_1, ANSWER_1_ACD, MW_OK, 9},
    {UD2_1, ANSWER_1_DFC, MW_OK, 9},
    {UD2_1, ANSWER_5, MW_ERR_MISMATCH, 9},
    {UD2_253, ANSWER_5, MW_OK, 9},
    {UD2_254, ANSWER_5, MW_OK, 9},
    {NKE_1, ANSWER_1, MW_ERR_MISMATCH, 12},
    {SEND_1, ANSWER_1, MW_ERR_MISMATCH, 12},
    {UD2_1, ERROR_1, MW_ERR_REFUSED, 10},
    {UD1_1, ERROR_1, MW_ERR_REFUSED, 10},
    {UD2_1, ERROR_6E, MW_ERR_REFUSED, 9},
    {UD2_1, ERROR_6F, MW_ERR_REFUSED, 9},
    {UD2_1, NO_ERROR_6D, MW_OK, 9},
    {UD2_1, NO_ERROR_71, MW_OK, 9},
    {NKE_1, ERROR_1, MW_ERR_MISMATCH, 10},
    /* the echo of each kind of request */
    {NKE_1, NKE_1, MW_ERR_MISMATCH, 5},
    {UD2_1, UD2_1, MW_ERR_MISMATCH, 5},
    {SEND_1, SEND_1, MW_ERR_MISMATCH, 12},
    {UD2_254, SEND_1, MW_ERR_MISMATCH, 12},
    /* what is a slave's frame by its C field, but short */
    {UD2_1, "10 08 01 09 16", MW_ERR_MISMATCH, 5},
    /* SND_NR of a radio meter */
    {UD2_1, "68 03 03 68 44 01 78 BD 16", MW_ERR_MISMATCH, 9},
    /* more is needed, or nothing begins here */
    {UD2_1, "68", MW_AGAIN, 0},
    {UD2_1, "68 03 03", MW_AGAIN, 0},
    {UD2_1, "68 06 06 68 08 01 78 01 13 05 9A", MW_AGAIN, 0},
    {UD2_1, "10 5B", MW_AGAIN, 0},
    {UD2_1, "00", MW_ERR_FRAME, 0},
    {UD2_1, "68 02 02 68", MW_ERR_FRAME, 0},
    {UD2_1, "68 06 07", MW_ERR_FRAME, 0},
    {UD2_1, "68 06 06 10", MW_ERR_FRAME, 0},
    {UD2_1, "68 06 06 68 08 01 78 01 13 05 9B 16", MW_ERR_CHECK, 0},
    {UD2_1, "68 06 06 68 08 01 78 01 13 05 9A 17", MW_ERR_FRAME, 0},
};

MW_TEST(each_frame_is_what_it_is_to_a_request)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(judgements); i++) {
        const bytes request = raw(judgements[i].request);
        const bytes b = raw(judgements[i].bytes);
        size_t length = 0;
        assert_int_equal(mw_framer_mbus.examine(request.at, b.at, b.count, &length), judgements[i].status);
        assert_int_equal(length, judgements[i].length);
    }
}

MW_TEST(only_requests_to_255_are_broadcasts_and_all_others_are_of_one_kind)
{
    static const char *const answered[] = {NKE_1, UD1_1, UD2_1, UD2_253, UD2_254, SEND_1, SEND_1_FCB, SELECT};
    static const char *const silent[] = {"10 40 FF 3F 16", "68 03 03 68 53 FF BB 0D 16"};
    const uint16_t key = mw_framer_mbus.key(raw(NKE_1).at);
    (void)state;
    assert_true(key > MW_FRAMER_BROADCAST && key < UINT16_MAX);
    for (size_t i = 0; i < MW_COUNT(answered); i++) {
        assert_int_equal(mw_framer_mbus.key(raw(answered[i]).at), key);
    }
    for (size_t i = 0; i < MW_COUNT(silent); i++) {
        assert_in_range(mw_framer_mbus.key(raw(silent[i]).at), 1, MW_FRAMER_BROADCAST);
    }
}

/* ---- on a line ---- */

static struct bench {
    sim_line line;
    mw_link link;
    mw_link_config config;
    uint32_t counters[MW_LINK_COUNTERS];
    uint8_t buffer[MW_MBUS_FRAME_MAX];
} bench;

static void set_up(void)
{
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.line, WRAPS_SOON);
    bench.config.char_us = MW_LINK_CHAR_US(BAUD);
    bench.config.counters = bench.counters;
    mw_link_init(&bench.link, &mw_framer_mbus, &bench.config, bench.buffer, sizeof bench.buffer, WRAPS_SOON);
}

static void say(unsigned after, uint64_t at_us, const bytes *b, uint32_t pace_us)
{
    assert_true(sim_say(&bench.line, after, at_us, pace_us, b->at, b->count));
}

static mw_status exchange(const char *hex)
{
    const bytes request = raw(hex);
    return sim_exchange(&bench.line, &bench.link, request.at, request.count, TIMEOUT_US, 0);
}

static void check_reply(const char *hex)
{
    const bytes expected = raw(hex);
    size_t length = 0;
    const uint8_t *const reply = mw_link_reply(&bench.link, &length);
    assert_int_equal(length, expected.count);
    if (length == expected.count) {
        assert_memory_equal(reply, expected.at, length);
    }
}

static const struct pair {
    const char *request;
    const char *answer;
    int status;
} pairs[] = {
    {NKE_1, ACK, MW_OK},          {UD2_1, ANSWER_1, MW_OK},         {UD2_253, ANSWER_5, MW_OK},
    {UD1_1_FCB, ANSWER_1, MW_OK}, {UD2_1, ERROR_1, MW_ERR_REFUSED},
};

/* Noise that begins nothing; the beginning of a short frame, and of a long one that is none; intact frames of others; a
 * damaged answer; echoes; E5 again and again, which for some is the answer. */
static const char *const junk[] = {
    "",
    "00",
    "FF 00 55",
    "10 10 10",
    "68 68 68 68",
    "68 01 01 68",
    "16 16",
    ANSWER_5,
    ERROR_6E,
    "68 06 06 68 08 01 78 01 13 05 9B 16",
    NKE_1,
    UD2_1,
    SEND_1,
    SELECT,
    "E5 E5 E5",
    "10 5B 01 5C",
    "68 FF FF 68",
};

static bool is_answer_of(const struct pair *pair, const char *hex)
{
    const bytes request = raw(pair->request);
    const bytes b = raw(hex);
    for (size_t i = 0; i < b.count; i++) {
        size_t length;
        const mw_status status = mw_framer_mbus.examine(request.at, b.at + i, b.count - i, &length);
        if (status == MW_OK || status == MW_ERR_REFUSED) {
            return true;
        }
    }
    return false;
}

/* The answer behind junk is found, in any two pieces and byte by byte; what only looked like the beginning of a longer
 * frame costs a silence. */
static void check_behind(const struct pair *pair, const char *before)
{
    bytes all = raw(before);
    const bytes answer = raw(pair->answer);
    memcpy(all.at + all.count, answer.at, answer.count);
    all.count += answer.count;
    for (size_t split = 0; split <= all.count; split++) {
        set_up();
        if (split == all.count) {
            say(1, LATENCY_US, &all, MW_LINK_CHAR_US(BAUD));
        } else {
            assert_true(sim_say(&bench.line, 1, LATENCY_US, 0, all.at, split));
            assert_true(
                sim_say(&bench.line, 1, LATENCY_US + 3 * MW_LINK_CHAR_US(BAUD), 0, all.at + split, all.count - split));
        }
        assert_int_equal(exchange(pair->request), pair->status);
        check_reply(pair->answer);
        assert_int_equal(bench.line.sent, 1);
    }
}

MW_TEST(the_answer_behind_anything_is_found_however_it_is_split)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        for (size_t j = 0; j < MW_COUNT(junk); j++) {
            if (!is_answer_of(&pairs[i], junk[j])) {
                check_behind(&pairs[i], junk[j]);
            }
        }
    }
}

MW_TEST(of_many_acknowledgements_one_is_taken_and_the_rest_does_not_answer_the_next_request)
{
    const bytes acks = raw("E5 E5 E5 E5 E5 E5 E5 E5");
    const bytes answer = raw(ANSWER_1);
    (void)state;
    set_up();
    say(1, LATENCY_US, &acks, MW_LINK_CHAR_US(BAUD));
    say(2, LATENCY_US, &answer, 0);
    assert_int_equal(exchange(NKE_1), MW_OK);
    check_reply(ACK);
    assert_int_equal(exchange(UD2_1), MW_OK);
    check_reply(ANSWER_1);
}

MW_TEST(m30_acknowledgements_without_end_end_in_time)
{
    static uint8_t acks[2000];
    (void)state;
    memset(acks, 0xE5, sizeof acks);
    set_up();
    assert_true(sim_say(&bench.line, 1, LATENCY_US, MW_LINK_CHAR_US(BAUD), acks, sizeof acks)); /* 9 s */
    assert_int_equal(exchange(UD2_1), MW_ERR_MISMATCH);
    assert_true(bench.line.time_us - bench.line.sent_us <= TIMEOUT_US + (5 + 264) * MW_LINK_CHAR_US(BAUD));
}

MW_TEST(m30_noise_ends_in_time_and_the_next_answer_is_taken)
{
    const bytes answer = raw(ANSWER_1);
    (void)state;
    for (unsigned seed = 1; seed < 200; seed++) {
        bytes noise;
        uint32_t x = seed * 2654435761u;
        noise.count = seed;
        for (size_t i = 0; i < noise.count; i++) {
            x = x * 1664525u + 1013904223u;
            noise.at[i] = (uint8_t)(x >> 24);
        }
        set_up();
        say(1, LATENCY_US, &noise, MW_LINK_CHAR_US(BAUD));
        assert_true(exchange(UD2_1) < 0);
        assert_true(bench.line.time_us - bench.line.sent_us <=
                    TIMEOUT_US + 250000u + (5 + 264 + 4) * MW_LINK_CHAR_US(BAUD));
        say(2, LATENCY_US, &answer, 0);
        assert_int_equal(exchange(UD2_1), MW_OK);
        check_reply(ANSWER_1);
    }
}

MW_TEST(an_echo_alone_is_no_answer)
{
    static const char *const requests[] = {NKE_1, UD1_1, UD2_1, UD2_254, SEND_1, BAUD_1, SELECT};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        const bytes echo = raw(requests[i]);
        set_up();
        say(1, 0, &echo, MW_LINK_CHAR_US(BAUD));
        assert_int_equal(exchange(requests[i]), MW_ERR_MISMATCH);
        assert_int_equal(bench.counters[MW_LINK_STRAY_FRAMES], 1);
    }
}

/* An identification may contain E5: the echo of a selection is skipped as a whole. */
MW_TEST(an_e5_inside_an_echo_is_no_acknowledgement)
{
    static const char request[] = "68 0B 0B 68 53 FD 52 E5 E5 07 13 CD 25 01 02 7B 16";
    const bytes echo = raw(request);
    (void)state;
    set_up();
    say(1, 0, &echo, MW_LINK_CHAR_US(BAUD));
    assert_int_equal(exchange(request), MW_ERR_MISMATCH);
}

MW_TEST(a_late_answer_is_not_taken_for_that_of_any_other_request)
{
    static const struct {
        const char *first;
        const char *late;
        const char *second;
    } cases[] = {
        {NKE_1, ACK, SEND_1},       {SEND_1, ACK, "10 40 02 42 16"}, {SEND_1, ACK, UD1_1},     {UD1_1, ACK, SEND_1},
        {UD2_1, ANSWER_1, UD2_253}, {UD2_1, ANSWER_1, UD1_1},        {UD2_1, ANSWER_1, UD2_1},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        const bytes late = raw(cases[i].late);
        set_up();
        assert_int_equal(exchange(cases[i].first), MW_ERR_TIMEOUT);
        say(SIM_NOW, TIMEOUT_US / 2, &late, MW_LINK_CHAR_US(BAUD));
        assert_int_equal(exchange(cases[i].second), MW_ERR_TIMEOUT);
    }
}

MW_TEST(a_broadcast_needs_no_answer)
{
    (void)state;
    set_up();
    assert_int_equal(exchange("10 40 FF 3F 16"), MW_OK);
}

/* 33 bits (EN 13757-2). */
MW_TEST(a_request_follows_the_last_byte_after_33_bits)
{
    const bytes ack = raw(ACK);
    (void)state;
    set_up();
    say(1, LATENCY_US, &ack, 0);
    say(2, LATENCY_US, &ack, 0);
    assert_int_equal(exchange(NKE_1), MW_OK);
    assert_int_equal(exchange(NKE_1), MW_OK);
    assert_true(bench.line.quiet_us >= 33u * 1000000u / BAUD);
    assert_true(bench.line.quiet_us <= 34u * 1000000u / BAUD);
}

MW_TEST(the_longest_answer_fits_and_is_waited_for_at_300_baud)
{
    bytes answer = raw("68 FF FF 68 08 01 78");
    unsigned sum = 0x08 + 0x01 + 0x78;
    (void)state;
    for (unsigned i = 0; i < MW_MBUS_DATA_MAX; i++) {
        answer.at[answer.count++] = (uint8_t)i;
        sum += (uint8_t)i;
    }
    answer.at[answer.count++] = (uint8_t)sum;
    answer.at[answer.count++] = 0x16;
    assert_int_equal(answer.count, MW_MBUS_FRAME_MAX);
    set_up();
    bench.config.char_us = MW_LINK_CHAR_US(300);
    say(1, TIMEOUT_US - 1, &answer, MW_LINK_CHAR_US(300)); /* 9.6 s */
    assert_int_equal(exchange(UD2_1), MW_OK);
    assert_int_equal(bench.link.count, MW_MBUS_FRAME_MAX);
}

MW_TESTS(MW_CASE(each_frame_is_what_it_is_to_a_request),
         MW_CASE(only_requests_to_255_are_broadcasts_and_all_others_are_of_one_kind),
         MW_CASE(the_answer_behind_anything_is_found_however_it_is_split),
         MW_CASE(of_many_acknowledgements_one_is_taken_and_the_rest_does_not_answer_the_next_request),
         MW_CASE(m30_acknowledgements_without_end_end_in_time),
         MW_CASE(m30_noise_ends_in_time_and_the_next_answer_is_taken), MW_CASE(an_echo_alone_is_no_answer),
         MW_CASE(an_e5_inside_an_echo_is_no_acknowledgement),
         MW_CASE(a_late_answer_is_not_taken_for_that_of_any_other_request), MW_CASE(a_broadcast_needs_no_answer),
         MW_CASE(a_request_follows_the_last_byte_after_33_bits),
         MW_CASE(the_longest_answer_fits_and_is_waited_for_at_300_baud))
