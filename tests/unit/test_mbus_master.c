/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus_master.h>

#include "../mw_test.h"
#include "mbus_hex.h"
#include "sim_line.h"

#define BAUD       2400u
#define CHAR_US    MW_LINK_CHAR_US(BAUD)
#define LATENCY_US 20000u
#define WRAPS_SOON (UINT32_MAX - 15000u)
/* EN 13757-2: 330 bits and 50 ms; and the allowance. */
#define TIMEOUT_US (330u * 1000000u / BAUD + 50000u + MW_MBUS_ALLOWANCE_US)

/* ---- what is said, by hand: C field, address, CI, data; frames are put around them ---- */

#define SILENCE NULL
#define ACK     "E5"
#define NOISE   "13 07"

#define HEADER   "46 02 02 19 CD 25 01 02" /* 19020246, INM, version 1, electricity (facts 4.1) */
#define ENERGY   "04 03 15 CD 5B 07"
#define LAST(n)  "08 01 72 " HEADER " " n " 00 00 00 " ENERGY
#define MORE(n)  "08 01 72 " HEADER " " n " 00 00 00 " ENERGY " 1F"
#define REFUSAL  "08 01 70 08" /* M26 */
#define SELECT   "53 FD 52 46 02 02 19 FF FF FF FF"
#define SELECT_F "73 FD 52 46 02 02 19 FF FF FF FF"

typedef struct turn {
    const char *asked; /* what the master must send */
    const char *answer;
} turn;

/* ---- a master on a line that follows a script ---- */

#define TURNS 80

static struct bench {
    sim_line line;
    mw_io io;
    mw_link link;
    mw_link_config config;
    mw_mbus_master master;
    mw_mbus_telegram telegram;
    uint8_t buffer[MW_MBUS_FRAME_MAX];
    turn turns[TURNS];
    size_t turn_count;
    size_t at;
    uint8_t answers[TURNS][MW_MBUS_FRAME_MAX];
} bench;

static size_t frame_of(const char *hex, uint8_t frame[MW_MBUS_FRAME_MAX])
{
    uint8_t bytes[4];
    const size_t count = mw_hex(hex, bytes, sizeof bytes);
    if (count == 1 || bytes[0] == 0x13) { /* an acknowledgement, or noise, as it is */
        memcpy(frame, bytes, count);
        return count;
    }
    return mbus_wrap_hex(hex, frame);
}

static void follow_script(sim_line *line, const uint8_t *request, size_t length)
{
    uint8_t expected[MW_MBUS_FRAME_MAX];
    size_t expected_length;
    const turn *now;
    uint8_t *const answer = bench.answers[bench.at % TURNS];
    assert_true(bench.at < bench.turn_count);
    if (bench.at >= bench.turn_count) {
        return;
    }
    now = &bench.turns[bench.at++];
    expected_length = frame_of(now->asked, expected);
    assert_int_equal(length, expected_length);
    if (length == expected_length) {
        assert_memory_equal(request, expected, length);
    }
    if (now->answer != SILENCE) {
        assert_true(sim_say(line, SIM_NOW, LATENCY_US, CHAR_US, answer, frame_of(now->answer, answer)));
    }
}

static void set_up(void)
{
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.line, WRAPS_SOON);
    bench.line.listener = follow_script;
    bench.io = sim_io(&bench.line);
    bench.config.char_us = CHAR_US;
    mw_link_init(&bench.link, &mw_framer_mbus, &bench.config, bench.buffer, sizeof bench.buffer, WRAPS_SOON);
    mw_mbus_master_init(&bench.master, &bench.link);
}

/* The next turns of the script. */
static void script(const turn *turns, size_t count)
{
    bench.at = 0;
    bench.turn_count = count;
    memcpy(bench.turns, turns, count * sizeof *turns);
}

#define SCRIPT(...)                                                                                                    \
    do {                                                                                                               \
        const turn script_turns[] = {__VA_ARGS__};                                                                     \
        script(script_turns, MW_COUNT(script_turns));                                                                  \
    } while (0)

static mw_status next(void)
{
    return mw_mbus_wait(&bench.master, &bench.io, &bench.telegram);
}

/* The job ends so, and everything of the script was asked. It stays ended. */
static void check_end(mw_status status)
{
    assert_int_equal(next(), status);
    assert_int_equal(bench.at, bench.turn_count);
    assert_int_equal(next(), status);
}

static void check_telegram(uint8_t access)
{
    assert_int_equal(next(), MW_OK);
    assert_int_equal(bench.telegram.content, MW_MBUS_RECORDS);
    assert_int_equal(bench.telegram.header.id, 0x19020246);
    assert_int_equal(bench.telegram.header.access, access);
}

static mw_mbus_secondary who(const char *text)
{
    mw_mbus_secondary secondary = MW_MBUS_ANYBODY;
    assert_int_equal(mw_mbus_secondary_parse(text, &secondary), MW_OK);
    return secondary;
}

/* ---- reset ---- */

MW_TEST(a_reset_is_snd_nke)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK});
    mw_mbus_begin_reset(&bench.master, 1);
    check_end(MW_END);
}

MW_TEST(a_reset_is_repeated_two_times)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", SILENCE}, {"40 01", NOISE}, {"40 01", ACK});
    mw_mbus_begin_reset(&bench.master, 1);
    check_end(MW_END);
    SCRIPT({"40 01", SILENCE}, {"40 01", SILENCE}, {"40 01", SILENCE});
    mw_mbus_begin_reset(&bench.master, 1);
    check_end(MW_ERR_TIMEOUT);
    bench.master.repeats = 0;
    SCRIPT({"40 01", NOISE});
    mw_mbus_begin_reset(&bench.master, 1);
    check_end(MW_ERR_FRAME);
}

MW_TEST(a_reset_of_everybody_needs_no_answer)
{
    (void)state;
    set_up();
    SCRIPT({"40 FF", SILENCE});
    mw_mbus_begin_reset(&bench.master, 255);
    check_end(MW_END);
}

/* ---- readout ---- */

MW_TEST(a_readout_is_a_reset_and_a_request_with_the_frame_count_bit)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", LAST("04")});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    check_end(MW_END);
}

MW_TEST(a_reset_before_a_readout_is_repeated_once_and_needs_no_answer)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", SILENCE}, {"40 01", SILENCE}, {"7B 01", LAST("04")});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    check_end(MW_END);
    SCRIPT({"40 01", NOISE}, {"40 01", ACK}, {"7B 01", LAST("05")});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(5);
    check_end(MW_END);
}

/* The reset's E5 may still come, but REQ_UD2 is not answered by it. */
MW_TEST(a_missing_answer_to_the_reset_does_not_hold_the_readout_back)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", SILENCE}, {"40 01", SILENCE}, {"7B 01", LAST("04")});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    assert_true(bench.line.sent_us <= 2 * (TIMEOUT_US + (5 + 3) * CHAR_US) + 1000);
}

MW_TEST(further_telegrams_are_asked_for_with_the_other_bit_until_one_is_the_last)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", MORE("04")}, {"5B 01", MORE("05")}, {"7B 01", LAST("06")});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    check_telegram(5);
    check_telegram(6);
    check_end(MW_END);
}

MW_TEST(a_lost_or_damaged_telegram_is_asked_for_with_the_same_bit)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", SILENCE}, {"7B 01", NOISE}, {"7B 01", MORE("04")}, {"5B 01", SILENCE},
           {"5B 01", LAST("05")});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    check_telegram(5);
    check_end(MW_END);
}

MW_TEST(a_readout_without_an_answer_ends_after_two_repetitions)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", SILENCE}, {"40 01", SILENCE}, {"7B 01", SILENCE}, {"7B 01", SILENCE}, {"7B 01", SILENCE});
    mw_mbus_begin_read(&bench.master, 1);
    check_end(MW_ERR_TIMEOUT);
}

/* Each readout begins with SND_NKE, and with 1. */
MW_TEST(the_next_readout_begins_anew)
{
    (void)state;
    set_up();
    for (unsigned i = 0; i < 3; i++) {
        SCRIPT({"40 01", ACK}, {"7B 01", LAST("04")});
        mw_mbus_begin_read(&bench.master, 1);
        check_telegram(4);
        check_end(MW_END);
    }
}

MW_TEST(a_meter_that_repeats_its_telegram_ends_the_readout)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", MORE("04")}, {"5B 01", MORE("04")});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    check_end(MW_END);
    /* a telegram that differs in the access number only is another one */
    SCRIPT({"40 01", ACK}, {"7B 01", MORE("04")}, {"5B 01", MORE("05")}, {"7B 01", MORE("05")});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    check_telegram(5);
    check_end(MW_END);
}

/* Both frames have the CRC-16 2465, by which repetitions are known, but not the same access number. */
MW_TEST(telegrams_that_look_the_same_by_chance_are_two)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", MORE("04")}, {"5B 01", "08 01 72 " HEADER " 05 00 00 00 04 03 EA C7 01 00"});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    assert_int_equal(bench.master.check, 0x2465);
    check_telegram(5);
    assert_int_equal(bench.master.check, 0x2465);
    check_end(MW_END);
}

MW_TEST(a_meter_that_never_stops_is_stopped)
{
    static char telegrams[MW_MBUS_TELEGRAMS_MAX][100];
    (void)state;
    set_up();
    bench.turns[0].asked = "40 01";
    bench.turns[0].answer = ACK;
    for (unsigned i = 0; i < MW_MBUS_TELEGRAMS_MAX; i++) {
        (void)snprintf(telegrams[i], sizeof telegrams[i], MORE("%02X"), i);
        bench.turns[1 + i].asked = i % 2 == 0 ? "7B 01" : "5B 01";
        bench.turns[1 + i].answer = telegrams[i];
    }
    bench.turn_count = 1 + MW_MBUS_TELEGRAMS_MAX;
    mw_mbus_begin_read(&bench.master, 1);
    for (unsigned i = 0; i < MW_MBUS_TELEGRAMS_MAX; i++) {
        check_telegram((uint8_t)i);
    }
    check_end(MW_END);
}

MW_TEST(m26_an_application_error_ends_the_readout_and_tells_its_code)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", MORE("04")}, {"5B 01", REFUSAL});
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(4);
    check_end(MW_ERR_REFUSED);
    assert_int_equal(bench.telegram.content, MW_MBUS_APPLICATION_ERROR);
    assert_true(bench.telegram.has_code);
    assert_int_equal(bench.telegram.code, 8);
}

MW_TEST(a_telegram_that_cannot_be_decoded_ends_the_readout)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", "08 01 72 46 02"});
    mw_mbus_begin_read(&bench.master, 1);
    check_end(MW_ERR_SHORT);
    SCRIPT({"40 01", ACK}, {"7B 01", "08 01 9F"});
    mw_mbus_begin_read(&bench.master, 1);
    check_end(MW_ERR_UNSUPPORTED);
    assert_int_equal(bench.telegram.frame.ci, 0x9F);
}

MW_TEST(the_meter_behind_254_may_have_any_address)
{
    (void)state;
    set_up();
    SCRIPT({"40 FE", ACK}, {"7B FE", LAST("04")});
    mw_mbus_begin_read(&bench.master, 254);
    check_telegram(4);
    check_end(MW_END);
}

MW_TEST(access_demand_and_busy_are_seen_in_the_c_field)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", "38 01 78"});
    mw_mbus_begin_read(&bench.master, 1);
    assert_int_equal(next(), MW_OK);
    assert_int_equal(bench.telegram.frame.c, MW_MBUS_RSP_UD | MW_MBUS_ACD | MW_MBUS_DFC);
    check_end(MW_END);
}

/* ---- urgent data ---- */

MW_TEST(urgent_data_come_as_a_telegram_or_there_are_none)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7A 01", "08 01 71 03"});
    mw_mbus_begin_urgent(&bench.master, 1);
    assert_int_equal(next(), MW_OK);
    assert_int_equal(bench.telegram.content, MW_MBUS_ALARM);
    assert_int_equal(bench.telegram.code, 3);
    check_end(MW_END);
    SCRIPT({"5A 01", ACK}); /* nothing urgent; the bit goes on */
    mw_mbus_begin_urgent(&bench.master, 1);
    check_end(MW_END);
    SCRIPT({"7A 01", REFUSAL});
    mw_mbus_begin_urgent(&bench.master, 1);
    check_end(MW_ERR_REFUSED);
}

/* ---- data ---- */

static void begin_send(const char *hex, uint8_t frame[MW_MBUS_FRAME_MAX])
{
    const size_t length = mbus_wrap_hex(hex, frame);
    mw_mbus_begin_send(&bench.master, frame, length);
}

MW_TEST(each_address_has_a_frame_count_bit_of_its_own)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"73 01 51 01 7A 01", ACK});
    begin_send("53 01 51 01 7A 01", frame);
    check_end(MW_END);
    SCRIPT({"40 02", ACK}, {"73 02 51 01 7A 02", ACK});
    begin_send("53 02 51 01 7A 02", frame);
    check_end(MW_END);
    SCRIPT({"53 01 50", ACK});
    begin_send("73 01 50", frame);
    check_end(MW_END);
    SCRIPT({"73 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
    SCRIPT({"5A 02", ACK});
    mw_mbus_begin_urgent(&bench.master, 2);
    check_end(MW_END);
}

/* Three frames to each, the first ones to all before the second ones. */
MW_TEST(every_address_has_a_frame_count_bit_of_its_own)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned address = 0; address <= 250; address++) {
            char reset[8];
            char sent[12];
            snprintf(reset, sizeof reset, "40 %02X", address & 0xFF);
            snprintf(sent, sizeof sent, "%s %02X 50", round == 1 ? "53" : "73", address & 0xFF);
            if (round == 0) {
                SCRIPT({reset, ACK}, {sent, ACK});
            } else {
                SCRIPT({sent, ACK});
            }
            begin_send(sent, frame);
            check_end(MW_END);
        }
    }
}

MW_TEST(data_are_repeated_with_the_same_bit_and_after_a_failure_the_bit_is_agreed_on_anew)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"73 01 50", SILENCE}, {"73 01 50", NOISE}, {"73 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
    SCRIPT({"53 01 50", SILENCE}, {"53 01 50", SILENCE}, {"53 01 50", SILENCE});
    begin_send("53 01 50", frame);
    check_end(MW_ERR_TIMEOUT);
    SCRIPT({"40 01", SILENCE}, {"40 01", ACK}, {"73 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
}

/* A readout does not wait for the late E5 of its SND_NKE. Who comes after it does, and takes no other's E5. */
MW_TEST(the_late_answer_to_the_reset_of_a_readout_acknowledges_no_data)
{
    static const uint8_t ack[] = {0xE5};
    const mw_mbus_secondary wanted = who("19020246");
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length;
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK});
    mw_mbus_begin_reset(&bench.master, 1);
    check_end(MW_END);
    assert_true(sim_say(&bench.line, 2, 2 * (TIMEOUT_US + 5 * CHAR_US) - 5000, 0, ack, sizeof ack));
    SCRIPT({"40 FD", SILENCE}, {SELECT_F, ACK}, {"7B FD", LAST("01")});
    mw_mbus_begin_read_secondary(&bench.master, &wanted);
    check_telegram(1);
    check_end(MW_END);
    assert_int_equal(mw_mbus_encode_address(1, 2, frame, &length), MW_OK);
    SCRIPT({"73 01 51 01 7A 02", SILENCE}, {"73 01 51 01 7A 02", SILENCE}, {"73 01 51 01 7A 02", SILENCE});
    mw_mbus_begin_send(&bench.master, frame, length);
    check_end(MW_ERR_TIMEOUT);
}

MW_TEST(data_for_a_meter_that_does_not_answer_the_reset_are_sent_all_the_same)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    SCRIPT({"40 01", SILENCE}, {"40 01", SILENCE}, {"40 01", SILENCE}, {"73 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
    SCRIPT({"53 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
}

/* Others may have been spoken to, or all. */
MW_TEST(what_goes_to_everybody_makes_all_bits_be_agreed_on_anew)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"73 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
    SCRIPT({"40 FF", SILENCE});
    mw_mbus_begin_reset(&bench.master, 255);
    check_end(MW_END);
    SCRIPT({"40 01", ACK}, {"73 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
}

MW_TEST(data_for_everybody_are_sent_once)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    SCRIPT({"73 FF 51 01 7A 01", SILENCE});
    begin_send("53 FF 51 01 7A 01", frame);
    check_end(MW_END);
}

MW_TEST(what_is_no_long_frame_is_not_sent)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK});
    begin_send("53 01", frame);
    assert_int_equal(next(), MW_ERR_ARGUMENT);
    (void)mbus_wrap_hex("53 01 50", frame);
    mw_mbus_begin_send(&bench.master, frame, 8);
    assert_int_equal(next(), MW_ERR_ARGUMENT);
    assert_int_equal(bench.at, 0);
}

MW_TEST(a_job_given_up_in_the_middle_leaves_the_bit_unknown)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"73 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
    begin_send("53 01 50", frame);
    assert_int_equal(mw_mbus_step(&bench.master, sim_now(&bench.line), &bench.telegram), MW_AGAIN);
    SCRIPT({"40 01", ACK}, {"73 01 50", ACK});
    begin_send("53 01 50", frame);
    check_end(MW_END);
}

/* ---- secondary addresses ---- */

MW_TEST(a_selection_is_tried_with_both_c_fields_by_turns)
{
    const mw_mbus_secondary meter = who("19020246");
    (void)state;
    set_up();
    SCRIPT({SELECT_F, ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
    SCRIPT({SELECT_F, SILENCE}, {SELECT, ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
    SCRIPT({SELECT_F, SILENCE}, {SELECT, NOISE}, {SELECT_F, ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
    SCRIPT({SELECT_F, SILENCE}, {SELECT, SILENCE}, {SELECT_F, SILENCE}, {SELECT, SILENCE});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_ERR_TIMEOUT);
    bench.master.select_without_fcb = true;
    bench.master.repeats = 0;
    SCRIPT({SELECT, SILENCE}, {SELECT_F, SILENCE});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_ERR_TIMEOUT);
}

/* A late answer means that it is selected, too. */
MW_TEST(a_selection_that_is_tried_again_does_not_wait_for_late_answers)
{
    const mw_mbus_secondary meter = who("19020246");
    (void)state;
    set_up();
    SCRIPT({SELECT_F, SILENCE}, {SELECT, SILENCE}, {SELECT_F, ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
    assert_true(bench.line.sent_us <= 2 * (TIMEOUT_US + (17 + 3) * CHAR_US) + 1000);
}

MW_TEST(a_selection_has_all_of_the_address)
{
    mw_mbus_secondary meter = who("13070001CD250102");
    (void)state;
    set_up();
    SCRIPT({"73 FD 52 01 00 07 13 CD 25 01 02", ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
    meter = who("13070001CD250102/1234567F");
    SCRIPT({"73 FD 52 01 00 07 13 CD 25 01 02 0C 78 7F 56 34 12", ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
}

MW_TEST(after_a_selection_the_meter_is_read_and_written_at_253)
{
    const mw_mbus_secondary meter = who("19020246");
    uint8_t frame[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up();
    SCRIPT({SELECT_F, ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
    SCRIPT({"73 FD 51 01 7A 05", ACK}); /* without a reset, which would end the selection */
    begin_send("53 FD 51 01 7A 05", frame);
    check_end(MW_END);
    SCRIPT({"5B FD", MORE("04")}, {"7B FD", LAST("05")});
    mw_mbus_begin_read(&bench.master, 253);
    check_telegram(4);
    check_telegram(5);
    check_end(MW_END);
    SCRIPT({SELECT_F, ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
    SCRIPT({"7B FD", LAST("06")}); /* a selection begins with 1 */
    mw_mbus_begin_read(&bench.master, 253);
    check_telegram(6);
    check_end(MW_END);
    SCRIPT({"40 FD", ACK});
    mw_mbus_begin_reset(&bench.master, 253);
    check_end(MW_END);
}

MW_TEST(a_readout_by_secondary_address_deselects_selects_and_reads)
{
    const mw_mbus_secondary meter = who("19020246");
    (void)state;
    set_up();
    SCRIPT({"40 FD", SILENCE}, {SELECT_F, ACK}, {"7B FD", MORE("04")}, {"5B FD", LAST("05")});
    mw_mbus_begin_read_secondary(&bench.master, &meter);
    check_telegram(4);
    check_telegram(5);
    check_end(MW_END);
    SCRIPT({"40 FD", ACK}, {SELECT_F, SILENCE}, {SELECT, SILENCE}, {SELECT_F, SILENCE}, {SELECT, SILENCE});
    mw_mbus_begin_read_secondary(&bench.master, &meter);
    check_end(MW_ERR_TIMEOUT);
}

MW_TEST(another_meter_than_the_one_selected_is_a_mismatch)
{
    const mw_mbus_secondary meter = who("19020247");
    const mw_mbus_secondary medium = who("19020246CD250107");
    (void)state;
    set_up();
    SCRIPT({"40 FD", ACK}, {"73 FD 52 47 02 02 19 FF FF FF FF", ACK}, {"7B FD", LAST("04")});
    mw_mbus_begin_read_secondary(&bench.master, &meter);
    check_end(MW_ERR_MISMATCH);
    SCRIPT({"40 FD", ACK}, {"73 FD 52 46 02 02 19 CD 25 01 07", ACK}, {"7B FD", LAST("04")});
    mw_mbus_begin_read_secondary(&bench.master, &medium);
    check_end(MW_ERR_MISMATCH);
}

/* CI 78 has no header, CI 7A a short one, CI 73 has no manufacturer and no version. */
MW_TEST(what_a_header_does_not_tell_is_no_mismatch)
{
    const mw_mbus_secondary meter = who("19020246CD250102");
    (void)state;
    set_up();
    SCRIPT({"40 FD", ACK}, {"73 FD 52 46 02 02 19 CD 25 01 02", ACK}, {"7B FD", "08 01 78 " ENERGY});
    mw_mbus_begin_read_secondary(&bench.master, &meter);
    assert_int_equal(next(), MW_OK);
    check_end(MW_END);
    SCRIPT({"40 FD", ACK}, {"73 FD 52 46 02 02 19 CD 25 01 02", ACK}, {"7B FD", "08 01 7A 04 00 00 00 " ENERGY});
    mw_mbus_begin_read_secondary(&bench.master, &meter);
    assert_int_equal(next(), MW_OK);
    check_end(MW_END);
    SCRIPT({"40 FD", ACK}, {"73 FD 52 46 02 02 19 CD 25 01 02", ACK},
           {"7B FD", "08 01 73 46 02 02 19 0A 00 E9 7E 01 00 00 00 35 01 00 00"});
    mw_mbus_begin_read_secondary(&bench.master, &meter);
    assert_int_equal(next(), MW_OK);
    check_end(MW_END);
}

/* ---- speed ---- */

static void check_switch(uint32_t baud)
{
    assert_int_equal(next(), MW_OK);
    assert_int_equal(bench.master.baud, baud);
}

MW_TEST(a_new_speed_is_verified)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"73 01 BD", ACK}, {"40 01", SILENCE}, {"40 01", ACK});
    mw_mbus_begin_baud(&bench.master, 1, 2400, 9600);
    check_switch(9600);
    assert_int_equal(bench.at, 2);
    check_end(MW_END);
    assert_int_equal(bench.master.baud, 9600);
}

MW_TEST(without_an_answer_at_the_new_speed_the_old_one_is_tried)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"73 01 B8", ACK}, {"40 01", SILENCE}, {"40 01", SILENCE}, {"40 01", NOISE}, {"40 01", ACK});
    mw_mbus_begin_baud(&bench.master, 1, 2400, 300);
    check_switch(300);
    check_switch(2400);
    check_end(MW_ERR_FRAME);
    assert_int_equal(bench.master.baud, 2400);
}

MW_TEST(the_new_speed_is_tried_although_nothing_was_acknowledged)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"73 01 BF", SILENCE}, {"73 01 BF", SILENCE}, {"73 01 BF", SILENCE}, {"40 01", ACK});
    mw_mbus_begin_baud(&bench.master, 1, 2400, 38400);
    check_switch(38400);
    check_end(MW_END);
}

MW_TEST(nobody_at_either_speed_is_a_timeout_at_the_old_one)
{
    (void)state;
    set_up();
    bench.master.repeats = 0;
    SCRIPT({"40 01", SILENCE}, {"73 01 BA", SILENCE}, {"40 01", SILENCE}, {"40 01", SILENCE});
    mw_mbus_begin_baud(&bench.master, 1, 2400, 1200);
    check_switch(1200);
    check_switch(2400);
    check_end(MW_ERR_TIMEOUT);
    assert_int_equal(bench.master.baud, 2400);
}

/* SND_NKE would end the selection, so the command is given again. */
MW_TEST(the_speed_of_a_selected_meter_is_verified_without_a_reset)
{
    const mw_mbus_secondary meter = who("19020246");
    (void)state;
    set_up();
    SCRIPT({SELECT_F, ACK});
    mw_mbus_begin_select(&bench.master, &meter);
    check_end(MW_END);
    SCRIPT({"73 FD BC", ACK}, {"53 FD BC", ACK});
    mw_mbus_begin_baud(&bench.master, 253, 2400, 4800);
    check_switch(4800);
    check_end(MW_END);
    bench.master.repeats = 0;
    SCRIPT({"73 FD BE", SILENCE}, {"73 FD BE", SILENCE}, {"73 FD BC", ACK});
    mw_mbus_begin_baud(&bench.master, 253, 4800, 19200);
    check_switch(19200);
    check_switch(4800);
    check_end(MW_ERR_TIMEOUT);
}

MW_TEST(only_the_speeds_of_m_bus_are_possible)
{
    static const uint32_t good[] = {300, 600, 1200, 2400, 4800, 9600, 19200, 38400};
    static const uint32_t bad[] = {0, 150, 301, 1800, 76800, 115200};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(good); i++) {
        char command[16];
        set_up();
        (void)snprintf(command, sizeof command, "73 01 %02X", 0xB8u + (unsigned)i);
        SCRIPT({"40 01", ACK}, {command, ACK}, {"40 01", ACK});
        mw_mbus_begin_baud(&bench.master, 1, 2400, good[i]);
        check_switch(good[i]);
        check_end(MW_END);
    }
    for (size_t i = 0; i < MW_COUNT(bad); i++) {
        set_up();
        mw_mbus_begin_baud(&bench.master, 1, 2400, bad[i]);
        check_end(MW_ERR_ARGUMENT);
        mw_mbus_begin_baud(&bench.master, 1, bad[i], 2400);
        check_end(MW_ERR_ARGUMENT);
    }
}

/* ---- time ---- */

MW_TEST(a_meter_has_330_bits_and_50_ms_and_the_allowance)
{
    static const uint32_t bauds[] = {300, 2400, 9600, 38400};
    static const uint32_t allowances[] = {0, 1, 500000};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bauds); i++) {
        for (size_t j = 0; j < MW_COUNT(allowances); j++) {
            const uint32_t char_us = MW_LINK_CHAR_US(bauds[i]);
            const uint32_t allowance_us = allowances[j] != 0 ? allowances[j] : MW_MBUS_ALLOWANCE_US;
            const uint32_t least_us = 330u * 1000000u / bauds[i] + 50000u + allowance_us;
            uint64_t spent_us;
            set_up();
            bench.config.char_us = char_us;
            bench.master.repeats = 0;
            bench.master.allowance_us = allowances[j];
            SCRIPT({"40 01", SILENCE});
            mw_mbus_begin_reset(&bench.master, 1);
            assert_int_equal(next(), MW_ERR_TIMEOUT);
            spent_us = bench.line.time_us - bench.line.sent_us;
            assert_true(spent_us >= least_us + 5 * char_us); /* the request takes its time, too */
            assert_true(spent_us <= least_us + 6 * char_us);
        }
    }
}

/* ---- without waiting, and failing ports ---- */

MW_TEST(steps_do_the_same_without_blocking)
{
    unsigned telegrams = 0;
    mw_status status;
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", MORE("04")}, {"5B 01", LAST("05")});
    mw_mbus_begin_read(&bench.master, 1);
    do {
        status = mw_mbus_step(&bench.master, sim_now(&bench.line), &bench.telegram);
        if (status == MW_OK) {
            telegrams++;
        } else if (status == MW_AGAIN) {
            uint32_t wait_us;
            if (mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us) == MW_LINK_SEND) {
                size_t length;
                const uint8_t *const request = mw_link_request(&bench.link, &length);
                sim_send(&bench.line, request, length);
                mw_link_sent(&bench.link, sim_now(&bench.line));
            } else {
                sim_wait(&bench.line, wait_us);
                (void)sim_hand_over(&bench.line, &bench.link);
            }
        }
    } while (status == MW_OK || status == MW_AGAIN);
    assert_int_equal(status, MW_END);
    assert_int_equal(telegrams, 2);
    assert_int_equal(bench.at, 3);
}

MW_TEST(a_failing_port_ends_the_job_and_the_next_one_works)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK}, {"7B 01", LAST("04")}, {"40 01", ACK}, {"7B 01", LAST("05")});
    bench.line.fail_write = 2;
    bench.line.fail_status = MW_ERR_IO;
    mw_mbus_begin_read(&bench.master, 1);
    assert_int_equal(next(), MW_ERR_IO);
    assert_int_equal(next(), MW_ERR_IO);
    mw_mbus_begin_read(&bench.master, 1);
    check_telegram(5);
    check_end(MW_END);
}

MW_TEST(an_exchange_that_was_cancelled_is_asked_again)
{
    (void)state;
    set_up();
    SCRIPT({"40 01", ACK});
    mw_mbus_begin_reset(&bench.master, 1);
    assert_int_equal(mw_mbus_step(&bench.master, sim_now(&bench.line), &bench.telegram), MW_AGAIN);
    mw_link_cancel(&bench.link, sim_now(&bench.line));
    check_end(MW_END);
}

MW_TEST(a_master_without_a_job_has_nothing_to_do)
{
    (void)state;
    set_up();
    check_end(MW_END);
}

#if UINTPTR_MAX == 0xFFFFFFFFu
typedef char master_is_small_on_32_bits[sizeof(mw_mbus_master) <= 144 ? 1 : -1];
typedef char search_is_small_on_32_bits[sizeof(mw_mbus_search) <= 72 ? 1 : -1];
#endif

MW_TESTS(
    MW_CASE(a_reset_is_snd_nke), MW_CASE(a_reset_is_repeated_two_times), MW_CASE(a_reset_of_everybody_needs_no_answer),
    MW_CASE(a_readout_is_a_reset_and_a_request_with_the_frame_count_bit),
    MW_CASE(a_reset_before_a_readout_is_repeated_once_and_needs_no_answer),
    MW_CASE(a_missing_answer_to_the_reset_does_not_hold_the_readout_back),
    MW_CASE(further_telegrams_are_asked_for_with_the_other_bit_until_one_is_the_last),
    MW_CASE(a_lost_or_damaged_telegram_is_asked_for_with_the_same_bit),
    MW_CASE(a_readout_without_an_answer_ends_after_two_repetitions), MW_CASE(the_next_readout_begins_anew),
    MW_CASE(a_meter_that_repeats_its_telegram_ends_the_readout),
    MW_CASE(telegrams_that_look_the_same_by_chance_are_two), MW_CASE(a_meter_that_never_stops_is_stopped),
    MW_CASE(m26_an_application_error_ends_the_readout_and_tells_its_code),
    MW_CASE(a_telegram_that_cannot_be_decoded_ends_the_readout), MW_CASE(the_meter_behind_254_may_have_any_address),
    MW_CASE(access_demand_and_busy_are_seen_in_the_c_field), MW_CASE(urgent_data_come_as_a_telegram_or_there_are_none),
    MW_CASE(each_address_has_a_frame_count_bit_of_its_own), MW_CASE(every_address_has_a_frame_count_bit_of_its_own),
    MW_CASE(data_are_repeated_with_the_same_bit_and_after_a_failure_the_bit_is_agreed_on_anew),
    MW_CASE(the_late_answer_to_the_reset_of_a_readout_acknowledges_no_data),
    MW_CASE(data_for_a_meter_that_does_not_answer_the_reset_are_sent_all_the_same),
    MW_CASE(what_goes_to_everybody_makes_all_bits_be_agreed_on_anew), MW_CASE(data_for_everybody_are_sent_once),
    MW_CASE(what_is_no_long_frame_is_not_sent), MW_CASE(a_job_given_up_in_the_middle_leaves_the_bit_unknown),
    MW_CASE(a_selection_is_tried_with_both_c_fields_by_turns),
    MW_CASE(a_selection_that_is_tried_again_does_not_wait_for_late_answers),
    MW_CASE(a_selection_has_all_of_the_address), MW_CASE(after_a_selection_the_meter_is_read_and_written_at_253),
    MW_CASE(a_readout_by_secondary_address_deselects_selects_and_reads),
    MW_CASE(another_meter_than_the_one_selected_is_a_mismatch), MW_CASE(what_a_header_does_not_tell_is_no_mismatch),
    MW_CASE(a_new_speed_is_verified), MW_CASE(without_an_answer_at_the_new_speed_the_old_one_is_tried),
    MW_CASE(the_new_speed_is_tried_although_nothing_was_acknowledged),
    MW_CASE(nobody_at_either_speed_is_a_timeout_at_the_old_one),
    MW_CASE(the_speed_of_a_selected_meter_is_verified_without_a_reset), MW_CASE(only_the_speeds_of_m_bus_are_possible),
    MW_CASE(a_meter_has_330_bits_and_50_ms_and_the_allowance), MW_CASE(steps_do_the_same_without_blocking),
    MW_CASE(a_failing_port_ends_the_job_and_the_next_one_works), MW_CASE(an_exchange_that_was_cancelled_is_asked_again),
    MW_CASE(a_master_without_a_job_has_nothing_to_do))
