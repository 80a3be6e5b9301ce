/* SPDX-License-Identifier: MIT */
/* Searches over a simulated bus, and readouts of its meters. Time is simulated. */
#include <meterwire/mbus_master.h>

#include "../mw_test.h"
#include "mbus_hex.h"
#include "sim_bus.h"

#define BAUD   2400u
#define METERS 64u
#define INM    0x25CDu

static const mw_mbus_secondary anybody = MW_MBUS_ANYBODY;

static struct bench {
    sim_line line;
    sim_bus bus;
    mw_io io;
    mw_link link;
    mw_link_config config;
    mw_mbus_master master;
    mw_mbus_search search;
    mw_mbus_telegram telegram;
    uint8_t buffer[MW_MBUS_FRAME_MAX];
    mw_mbus_slave slaves[METERS];
    uint8_t replies[METERS][MW_MBUS_FRAME_MAX];
    unsigned found[METERS]; /* how often */
    unsigned strangers;     /* meters that were found and do not exist */
    unsigned progress;
} bench;

static void start_master(void)
{
    mw_link_init(&bench.link, &mw_framer_mbus, &bench.config, bench.buffer, sizeof bench.buffer, sim_now(&bench.line));
    mw_mbus_master_init(&bench.master, &bench.link);
}

static void set_up(size_t meters)
{
    memset(&bench, 0, sizeof bench);
    bench.config.char_us = MW_LINK_CHAR_US(BAUD);
    sim_init(&bench.line, UINT32_MAX - 15000u);
    sim_bus_init(&bench.bus, &bench.line, bench.slaves, bench.replies, meters, bench.config.char_us);
    bench.io = sim_io(&bench.line);
    for (size_t i = 0; i < meters; i++) {
        bench.slaves[i].header.manufacturer = INM;
        bench.slaves[i].header.version = 1;
        bench.slaves[i].header.medium = 2;
        bench.slaves[i].header.access = (uint8_t)(i * 37);
    }
    start_master();
    mw_mbus_search_init(&bench.search, &anybody);
}

/* Digits that nobody chose. */
static uint32_t scramble(uint32_t i)
{
    uint32_t x = (i + 1) * 2654435761u;
    uint32_t digits = 0;
    for (unsigned k = 0; k < 8; k++) {
        x = x * 1664525u + 1013904223u;
        digits = digits << 4 | (x >> 16) % 10;
    }
    return digits;
}

/* 64 meters: of one delivery, numbered on; random ones; pairs that differ in one digit, each of the eight; some with
 * hexadecimal digits. */
static void set_up_many(void)
{
    set_up(METERS);
    for (uint32_t i = 0; i < 24; i++) {
        bench.slaves[i].header.id = 0x19020200u + i % 10 + (i / 10 << 4);
    }
    for (uint32_t i = 24; i < 40; i++) {
        bench.slaves[i].header.id = scramble(i);
    }
    for (uint32_t i = 40; i < 56; i += 2) {
        bench.slaves[i].header.id = scramble(i) & 0x77777777u;
        bench.slaves[i + 1].header.id = bench.slaves[i].header.id + (UINT32_C(1) << (4 * ((i - 40) / 2)));
    }
    for (uint32_t i = 56; i < 64; i++) {
        const unsigned shift = 4 * (i - 56);
        bench.slaves[i].header.id = (scramble(i) & ~(UINT32_C(0xF) << shift)) | (UINT32_C(0xA) + i % 5) << shift;
    }
    bench.slaves[62].header.id = 0xEEEEEEEEu;
    bench.slaves[63].header.id = 0xABCDE0ABu;
}

/* ---- what was found ---- */

static bool agree(uint32_t digits, uint32_t pattern)
{
    for (; pattern != 0; digits >>= 4, pattern >>= 4) {
        if ((pattern & 0xF) != 0xF && (pattern & 0xF) != (digits & 0xF)) {
            return false;
        }
    }
    return digits == 0;
}

static bool is_meter(const mw_mbus_slave *slave, const mw_mbus_secondary *address)
{
    return slave->header.id == address->id && slave->header.manufacturer == address->manufacturer &&
           slave->header.version == address->version && slave->header.medium == address->medium &&
           (!address->enhanced || agree(slave->fabrication, address->fabrication));
}

static void note_found(void)
{
    bool known = false;
    assert_int_equal(bench.telegram.header.id, bench.search.meter.id);
    for (size_t i = 0; i < bench.bus.count; i++) {
        if (is_meter(&bench.slaves[i], &bench.search.meter)) {
            bench.found[i]++;
            known = true;
        }
    }
    bench.strangers += known ? 0 : 1;
}

static void note_progress(void)
{
    const unsigned progress = mw_mbus_search_progress(&bench.search);
    assert_in_range(progress, bench.progress, 1000);
    bench.progress = progress;
}

static mw_status search_on(void)
{
    const mw_status status = mw_mbus_search_wait(&bench.search, &bench.master, &bench.io, &bench.telegram);
    note_progress();
    if (status == MW_OK) {
        note_found();
    }
    return status;
}

static void search_all(void)
{
    mw_status status;
    do {
        status = search_on();
    } while (status == MW_OK);
    assert_int_equal(status, MW_END);
    assert_int_equal(search_on(), MW_END);
    assert_int_equal(bench.progress, 1000);
}

static void check_found_all(void)
{
    assert_int_equal(bench.strangers, 0);
    assert_int_equal(bench.search.found, bench.bus.count);
    for (size_t i = 0; i < bench.bus.count; i++) {
        assert_int_equal(bench.found[i], 1);
    }
}

/* ---- a good bus ---- */

MW_TEST(an_empty_bus_is_asked_three_times)
{
    (void)state;
    set_up(0);
    search_all();
    check_found_all();
    assert_int_equal(bench.line.sent, 3);
}

MW_TEST(a_meter_alone_is_found_at_once)
{
    (void)state;
    set_up(1);
    bench.slaves[0].header.id = 0x19020246;
    search_all();
    check_found_all();
    assert_int_equal(bench.line.sent, 8); /* selected and read four times */
    assert_int_equal(bench.search.asked, 8);
}

MW_TEST(all_64_meters_are_found)
{
    (void)state;
    set_up_many();
    search_all();
    check_found_all();
    assert_true(bench.bus.collisions > 20);
    assert_true(bench.line.sent < 2000);
    assert_true(bench.line.time_us < UINT64_C(600000000)); /* 10 minutes */
}

MW_TEST(all_64_meters_are_found_where_acknowledgements_collide)
{
    (void)state;
    set_up_many();
    bench.bus.acks_collide = true;
    search_all();
    check_found_all();
}

MW_TEST(all_64_meters_are_found_by_a_master_that_repeats_nothing)
{
    (void)state;
    set_up_many();
    bench.master.repeats = 0;
    search_all();
    check_found_all();
    assert_true(bench.line.sent < 1000);
    assert_true(bench.line.time_us < UINT64_C(240000000)); /* 4 minutes */
}

MW_TEST(all_64_meters_are_found_by_selections_without_frame_count_bit)
{
    (void)state;
    set_up_many();
    bench.master.select_without_fcb = true;
    search_all();
    check_found_all();
}

/* ---- a bad bus ---- */

MW_TEST(all_64_meters_are_found_although_answers_are_lost)
{
    static const unsigned every[] = {50, 17, 7, 5};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(every); i += MW_STRIDE(4)) {
        set_up_many();
        bench.bus.lose = every[i];
        bench.bus.acks_collide = i % 2 != 0;
        search_all();
        check_found_all();
    }
}

MW_TEST(all_64_meters_are_found_although_answers_are_damaged)
{
    static const unsigned every[] = {50, 17, 7};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(every); i += MW_STRIDE(4)) {
        set_up_many();
        bench.bus.damage = every[i];
        search_all();
        check_found_all();
    }
}

/* Requests are not heard, answers are lost or damaged, as by chance: three of so many. */
static struct chance {
    uint32_t state;
    uint32_t of;
} chance;

static sim_fate random_fate(sim_bus *bus, const uint8_t *request, size_t length)
{
    uint32_t drawn;
    (void)bus;
    (void)request;
    (void)length;
    chance.state = chance.state * 1664525u + 1013904223u;
    drawn = (chance.state >> 8) % chance.of;
    return drawn < 3 ? (sim_fate)(SIM_FATE_DEAF + drawn) : SIM_FATE_GOOD;
}

static void check_by_chance(uint32_t of, uint8_t repeats)
{
    for (uint32_t seed = 1; seed <= 40; seed += MW_STRIDE(40)) {
        set_up_many();
        chance.state = seed * 7919u;
        chance.of = of;
        bench.master.repeats = repeats;
        bench.bus.fate = random_fate;
        search_all();
        check_found_all();
    }
}

MW_TEST(all_64_meters_are_found_although_1_percent_goes_wrong)
{
    (void)state;
    check_by_chance(300, 2);
}

MW_TEST(all_64_meters_are_found_although_5_percent_go_wrong_with_more_repeats)
{
    (void)state;
    check_by_chance(60, 4);
}

/* Of noise alone nobody is found, and it ends. */
static void talk_nonsense(sim_line *line, const uint8_t *request, size_t length)
{
    static const uint8_t noise[] = {0x13};
    (void)request;
    if (line->sent == 1) {
        assert_true(sim_say(line, SIM_NOW, length * MW_LINK_CHAR_US(BAUD) + 5000, 0, noise, sizeof noise));
    }
}

/* A byte after one request of three may be an answer, so it is asked three times more. Where nothing is repeated, one
 * of two is taken for several meters, which are looked for by each value of a digit, 0 to E. */
MW_TEST(a_stray_byte_is_nobody)
{
    (void)state;
    set_up(0);
    bench.line.listener = talk_nonsense;
    search_all();
    assert_int_equal(bench.search.found, 0);
    assert_int_equal(bench.line.sent, 6);
    set_up(0);
    bench.line.listener = talk_nonsense;
    bench.master.repeats = 0;
    search_all();
    assert_int_equal(bench.search.found, 0);
    assert_int_equal(bench.line.sent, 2 + 15);
}

/* Requests 3 to 5, which select the meter that was read once by its own address. */
static sim_fate deaf_after_a_read(sim_bus *bus, const uint8_t *request, size_t length)
{
    (void)request;
    (void)length;
    return bus->line->sent >= 3 && bus->line->sent <= 5 ? SIM_FATE_DEAF : SIM_FATE_GOOD;
}

MW_TEST(a_meter_that_was_read_once_is_not_given_up_at_once)
{
    (void)state;
    set_up(1);
    bench.slaves[0].header.id = 0x19020246;
    bench.bus.fate = deaf_after_a_read;
    search_all();
    check_found_all();
    assert_int_equal(bench.line.sent, 8 + 3);
}

static void echo_all(sim_line *line, const uint8_t *request, size_t length)
{
    static uint8_t echo[2][MW_MBUS_FRAME_MAX];
    uint8_t *const copy = echo[line->sent % 2];
    memcpy(copy, request, length);
    assert_true(sim_say(line, SIM_NOW, 0, 0, copy, length));
    sim_bus_hear(line, request, length);
}

MW_TEST(an_echo_is_nobody)
{
    (void)state;
    set_up(0);
    bench.line.listener = echo_all;
    search_all();
    assert_int_equal(bench.line.sent, 3);
    set_up(3);
    bench.line.listener = echo_all;
    bench.slaves[0].header.id = 0x19020246;
    bench.slaves[1].header.id = 0x19020247;
    bench.slaves[2].header.id = 0x29020247;
    search_all();
    check_found_all();
}

/* ---- identical identifications ---- */

MW_TEST(meters_with_one_identification_are_told_apart_by_medium_or_version)
{
    (void)state;
    set_up(5);
    for (size_t i = 0; i < 5; i++) {
        bench.slaves[i].header.id = 0x12345678;
    }
    bench.slaves[1].header.medium = 7;
    bench.slaves[2].header.medium = 0;
    bench.slaves[3].header.medium = 0xFE;
    bench.slaves[4].header.version = 0xFE;
    bench.master.repeats = 0;
    search_all();
    check_found_all();
}

MW_TEST(meters_that_differ_in_their_fabrication_number_only_are_told_apart_when_that_is_allowed)
{
    mw_mbus_secondary range = anybody;
    (void)state;
    for (unsigned enhanced = 0; enhanced <= 1; enhanced++) {
        set_up(3);
        for (size_t i = 0; i < 3; i++) {
            bench.slaves[i].header.id = 0x12345678;
            bench.slaves[i].fabrication = scramble((uint32_t)i);
        }
        bench.master.repeats = 0;
        range.enhanced = enhanced != 0;
        mw_mbus_search_init(&bench.search, &range);
        search_all();
        if (enhanced != 0) {
            check_found_all();
        } else {
            assert_int_equal(bench.search.found, 0);
        }
    }
}

/* Meters that do not compare the number answer to any. */
static void cut_selection(sim_line *line, const uint8_t *request, size_t length)
{
    mw_mbus_frame frame;
    if (mw_mbus_open(request, length, &frame, NULL) == MW_OK && frame.ci == 0x52 && frame.data_bytes == 14) {
        uint8_t plain[MW_MBUS_FRAME_MAX];
        mw_mbus_draft draft;
        size_t plain_length = 0;
        mw_mbus_begin(&draft, plain, sizeof plain, frame.c, frame.address, frame.ci);
        mw_mbus_put_bytes(&draft, frame.data, 8);
        assert_int_equal(mw_mbus_finish(&draft, &plain_length), MW_OK);
        sim_bus_hear(line, plain, plain_length);
        return;
    }
    sim_bus_hear(line, request, length);
}

MW_TEST(meters_that_do_not_compare_fabrication_numbers_do_not_keep_the_search_going_for_ever)
{
    mw_mbus_secondary range = anybody;
    (void)state;
    set_up(2);
    bench.line.listener = cut_selection;
    bench.master.repeats = 0;
    for (size_t i = 0; i < 2; i++) {
        bench.slaves[i].header.id = 0x12345678;
        bench.slaves[i].fabrication = scramble((uint32_t)i);
    }
    range.enhanced = true;
    mw_mbus_search_init(&bench.search, &range);
    search_all();
    assert_int_equal(bench.search.found, 0);
    assert_true(bench.line.sent < 1000);
}

/* Everything but the fabrication number is known. The numbers differ in their second digit only. */
static void set_up_twins(void)
{
    mw_mbus_secondary range;
    assert_int_equal(mw_mbus_secondary_parse("12345678CD250102", &range), MW_OK);
    set_up(2);
    for (uint32_t i = 0; i < 2; i++) {
        bench.slaves[i].header.id = 0x12345678;
        bench.slaves[i].fabrication = 0x00000008u | i << 4;
    }
    range.enhanced = true;
    mw_mbus_search_init(&bench.search, &range);
}

MW_TEST(fabrication_numbers_are_searched_digit_by_digit)
{
    (void)state;
    set_up_twins();
    search_all();
    check_found_all();
}

/* Steps until the end; after so many of them another job comes in between. */
static void search_interrupted(unsigned after)
{
    unsigned steps = 0;
    mw_status status = MW_OK;
    while (status != MW_END) {
        status = mw_mbus_search_step(&bench.search, &bench.master, sim_now(&bench.line), &bench.telegram);
        if (status == MW_OK) {
            note_found();
        } else if (status == MW_AGAIN && ++steps == after) {
            mw_mbus_begin_reset(&bench.master, 7); /* of nobody */
            (void)mw_mbus_wait(&bench.master, &bench.io, &bench.telegram);
        } else if (status == MW_AGAIN) {
            (void)mw_link_run(&bench.link, &bench.io);
        }
    }
}

MW_TEST(a_search_may_be_interrupted_at_any_step)
{
    (void)state;
    for (unsigned after = 1; after < 40; after += MW_STRIDE(5)) {
        set_up_twins();
        search_interrupted(after);
        check_found_all();
    }
}

MW_TEST(an_exchange_that_was_cancelled_is_asked_again)
{
    (void)state;
    set_up(1);
    bench.slaves[0].header.id = 0x19020246;
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(mw_mbus_search_step(&bench.search, &bench.master, sim_now(&bench.line), &bench.telegram),
                         MW_AGAIN);
        assert_int_equal(bench.search.asked, i);
        mw_link_cancel(&bench.link, sim_now(&bench.line));
    }
    assert_int_equal(bench.line.sent, 0);
    search_all();
    check_found_all();
}

/* Nobody has what the other search asks for, with its first request as well. */
MW_TEST(what_another_search_asked_for_is_not_taken_for_its_own)
{
    mw_mbus_search other;
    mw_mbus_secondary range = anybody;
    (void)state;
    set_up(1);
    bench.slaves[0].header.id = 0x19020246;
    bench.master.repeats = 0;
    range.id = 0x1FFFFFFFu;
    mw_mbus_search_init(&bench.search, &range);
    range.id = 0x2FFFFFFFu;
    mw_mbus_search_init(&other, &range);
    assert_int_equal(mw_mbus_search_step(&bench.search, &bench.master, sim_now(&bench.line), &bench.telegram),
                     MW_AGAIN);
    assert_int_equal(mw_mbus_search_step(&other, &bench.master, sim_now(&bench.line), &bench.telegram), MW_AGAIN);
    search_all();
    check_found_all();
}

/* The link is at work for the second request, while the first one was kept. */
MW_TEST(a_search_goes_on_from_an_older_copy)
{
    mw_mbus_search copy;
    (void)state;
    set_up(1);
    bench.slaves[0].header.id = 0x19020246;
    for (unsigned i = 0; i < 2; i++) {
        copy = bench.search;
        assert_int_equal(mw_mbus_search_step(&bench.search, &bench.master, sim_now(&bench.line), &bench.telegram),
                         MW_AGAIN);
        if (i == 0) {
            (void)mw_link_run(&bench.link, &bench.io);
        }
    }
    bench.search = copy;
    search_all();
    check_found_all();
}

/* Both acknowledge at once, and both answer. There is nothing by which they could be told apart. */
MW_TEST(meters_that_are_the_same_in_everything_are_not_resolved)
{
    mw_mbus_secondary range;
    (void)state;
    assert_int_equal(mw_mbus_secondary_parse("12345678CD250102", &range), MW_OK);
    set_up(2);
    bench.bus.acks_collide = true;
    bench.slaves[0].header.id = 0x12345678;
    bench.slaves[1].header.id = 0x12345678;
    mw_mbus_search_init(&bench.search, &range);
    search_all();
    assert_int_equal(bench.search.found, 0);
    assert_int_equal(bench.search.unresolved, 1);
    assert_true(bench.bus.collisions > 0);
}

/* ---- what a meter says of itself ---- */

/* A readout: CI, what the header says, and by how much its access number is larger than the one before. */
typedef struct hand_reply {
    uint8_t ci;
    uint32_t id;
    uint16_t manufacturer;
    uint8_t version;
    uint8_t medium;
    uint8_t step;
} hand_reply;

#define HAND_ID 0x19020246u
#define HAND_USUAL                                                                                                     \
    {                                                                                                                  \
        0x72, HAND_ID, INM, 1, 2, 1                                                                                    \
    }
#define HAND_OF(ci)                                                                                                    \
    {                                                                                                                  \
        (ci), HAND_ID, INM, 1, 2, 1                                                                                    \
    }
#define HAND_REPLIES 8

/* One meter by hand: it is 19020246, INM, version 1, electricity; what it says is scripted, and the last reply is
 * said again and again. */
static struct hand {
    hand_reply replies[HAND_REPLIES];
    size_t count;
    size_t at;
    bool selected;
    bool answers_all; /* to any selection */
    uint8_t access;
    uint8_t frames[2][MW_MBUS_FRAME_MAX];
    mw_mbus_secondary meter; /* what was found last */
} hand;

static void hand_select(const uint8_t *data)
{
    const uint32_t id = data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
    const unsigned manufacturer = data[4] | (unsigned)data[5] << 8;
    hand.selected = hand.answers_all || (agree(HAND_ID, id) && (manufacturer == 0xFFFF || manufacturer == INM) &&
                                         (data[6] == 0xFF || data[6] == 1) && (data[7] == 0xFF || data[7] == 2));
}

static size_t hand_answer(uint8_t *frame)
{
    static const uint8_t volume[] = {0x01, 0x13, 0x05};
    static const uint8_t counters[] = {0xE9, 0x7E, 0x01, 0x00, 0x00, 0x00, 0x35, 0x01, 0x00, 0x00};
    const hand_reply *const reply = &hand.replies[hand.at];
    uint8_t bytes[40] = {0x08, 0x01, reply->ci};
    size_t count = 3;
    hand.at += hand.at + 1 < hand.count ? 1 : 0;
    hand.access = (uint8_t)(hand.access + reply->step);
    if (reply->ci == 0x72 || reply->ci == 0x73) {
        for (unsigned i = 0; i < 4; i++) {
            bytes[count++] = (uint8_t)(reply->id >> (8 * i));
        }
    }
    if (reply->ci == 0x72) {
        bytes[count++] = (uint8_t)reply->manufacturer;
        bytes[count++] = (uint8_t)(reply->manufacturer >> 8);
        bytes[count++] = reply->version;
        bytes[count++] = reply->medium;
    }
    if (reply->ci == 0x72 || reply->ci == 0x73 || reply->ci == 0x7A) {
        bytes[count++] = hand.access;
        count += reply->ci == 0x73 ? 1 : 3; /* status and signature: 0 */
    }
    if (reply->ci == 0x73) {
        memcpy(bytes + count, counters, sizeof counters);
        count += sizeof counters;
    } else {
        memcpy(bytes + count, volume, sizeof volume);
        count += sizeof volume;
    }
    return mbus_wrap(bytes, count, frame);
}

static void hand_listen(sim_line *line, const uint8_t *request, size_t length)
{
    uint8_t *const frame = hand.frames[line->sent % 2];
    size_t count = 0;
    if (request[0] == 0x68) {
        hand_select(request + 7);
        frame[0] = 0xE5;
        count = hand.selected ? 1 : 0;
    } else if (hand.selected) {
        count = hand_answer(frame);
    }
    if (count > 0) {
        assert_true(sim_say(line, SIM_NOW, (length + 2) * MW_LINK_CHAR_US(BAUD), MW_LINK_CHAR_US(BAUD), frame, count));
    }
}

/* The meters that are found in this range by a master that repeats nothing. */
static unsigned hand_search(const hand_reply *replies, size_t count, uint32_t id)
{
    mw_mbus_secondary range = anybody;
    unsigned found = 0;
    mw_status status;
    set_up(0);
    hand.at = 0;
    hand.count = count;
    hand.selected = false;
    memcpy(hand.replies, replies, count * sizeof *replies);
    bench.line.listener = hand_listen;
    bench.master.repeats = 0;
    range.id = id;
    mw_mbus_search_init(&bench.search, &range);
    while ((status = mw_mbus_search_wait(&bench.search, &bench.master, &bench.io, &bench.telegram)) == MW_OK) {
        hand.meter = bench.search.meter;
        found++;
    }
    assert_int_equal(status, MW_END);
    assert_int_equal(bench.search.found, found);
    return found;
}

/* CI 73 has the identification and nothing else. */
MW_TEST(the_identification_of_a_fixed_data_structure_is_enough)
{
    static const hand_reply replies[] = {HAND_OF(0x73)};
    (void)state;
    assert_int_equal(hand_search(replies, 1, 0xFFFFFFFFu), 1);
    assert_int_equal(hand.meter.id, HAND_ID);
    assert_int_equal(hand.meter.manufacturer, 0xFFFF);
    assert_int_equal(hand.meter.medium, 0xFF);
    assert_int_equal(bench.line.sent, 6); /* selected and read three times */
}

/* CI 78 has no header, 7A one without the identification, 70 is an application error. */
MW_TEST(a_meter_that_does_not_tell_its_identification_is_found_by_the_digits_it_answers_to)
{
    static const uint8_t cis[] = {0x78, 0x7A, 0x70};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cis); i++) {
        const hand_reply reply = HAND_OF(cis[i]);
        assert_int_equal(hand_search(&reply, 1, 0x190202FFu), 1);
        assert_int_equal(hand.meter.id, HAND_ID);
        assert_true(bench.line.sent > 6);
        assert_int_equal(hand_search(&reply, 1, HAND_ID), 1);
        assert_int_equal(bench.line.sent, 6);
    }
}

/* Two that are read by turns are several, in whatever they differ; then one of them is alone. */
MW_TEST(a_meter_is_alone_when_all_of_its_header_stays_the_same)
{
    static const hand_reply others[] = {{0x72, 0x19020247, INM, 1, 2, 1},
                                        {0x72, HAND_ID, INM + 1, 1, 2, 1},
                                        {0x72, HAND_ID, INM, 2, 2, 1},
                                        {0x72, HAND_ID, INM, 1, 3, 1}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(others); i++) {
        const hand_reply replies[] = {HAND_USUAL, others[i], HAND_USUAL};
        assert_int_equal(hand_search(replies, MW_COUNT(replies), 0xFFFFFFFFu), 1);
        assert_int_equal(hand.meter.id, HAND_ID);
        assert_int_equal(hand.meter.manufacturer, INM);
        assert_int_equal(hand.meter.version, 1);
        assert_int_equal(hand.meter.medium, 2);
        assert_true(bench.line.sent > 6 + 2); /* it was told apart first */
    }
}

/* Where it went up by 1 twice, it goes up by 1 again, or it is that of another meter. */
MW_TEST(an_access_number_that_jumps_is_of_another_meter)
{
    static const hand_reply replies[] = {HAND_USUAL, HAND_USUAL, {0x72, HAND_ID, INM, 1, 2, 9}, HAND_USUAL};
    (void)state;
    assert_int_equal(hand_search(replies, 1, 0xFFFFFFFFu), 1);
    assert_int_equal(bench.line.sent, 6);
    assert_int_equal(hand_search(replies, MW_COUNT(replies), 0xFFFFFFFFu), 1);
    assert_int_equal(hand.meter.id, HAND_ID);
    assert_true(bench.line.sent > 6 + 2);
}

MW_TEST(a_meter_that_answers_to_anything_is_not_met_everywhere)
{
    static const hand_reply replies[] = {HAND_USUAL};
    (void)state;
    memset(&hand, 0, sizeof hand);
    hand.answers_all = true;
    assert_int_equal(hand_search(replies, 1, 0x2FFFFFFFu), 0);
    assert_int_equal(bench.line.sent, 4); /* selected and read twice */
    hand.answers_all = false;
}

/* CI 60 is none of EN 13757-3. */
MW_TEST(a_meter_that_cannot_be_understood_is_not_resolved)
{
    static const hand_reply replies[] = {HAND_OF(0x60)};
    mw_mbus_secondary range;
    (void)state;
    assert_int_equal(hand_search(replies, 1, 0x1902024Fu), 0);
    assert_true(bench.search.unresolved > 0);
    assert_int_equal(mw_mbus_secondary_parse("19020246CD250102", &range), MW_OK);
    mw_mbus_search_init(&bench.search, &range);
    assert_int_equal(mw_mbus_search_wait(&bench.search, &bench.master, &bench.io, &bench.telegram), MW_END);
    assert_int_equal(bench.search.unresolved, 1);
}

/* ---- ranges ---- */

/* The last digits are known, those in front of them are searched. */
MW_TEST(wildcards_may_stand_in_front_of_what_is_known)
{
    mw_mbus_secondary range = anybody;
    (void)state;
    set_up(4);
    bench.slaves[0].header.id = 0x11111146;
    bench.slaves[1].header.id = 0x11111246;
    bench.slaves[2].header.id = 0x21111146;
    bench.slaves[3].header.id = 0x21111147;
    range.id = 0xFFFFFF46u;
    mw_mbus_search_init(&bench.search, &range);
    search_all();
    assert_int_equal(bench.strangers, 0);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(bench.found[i], i < 3 ? 1 : 0);
    }
}

/* Of two digits with 15 values each: 3 and 1 of them are behind when the first meter was found, 3 and 2 then. */
MW_TEST(progress_counts_the_values_of_the_digits)
{
    mw_mbus_secondary range;
    (void)state;
    assert_int_equal(mw_mbus_secondary_parse("190202FFCD250102", &range), MW_OK);
    set_up(2);
    bench.slaves[0].header.id = 0x19020203;
    bench.slaves[1].header.id = 0x19020213;
    mw_mbus_search_init(&bench.search, &range);
    assert_int_equal(mw_mbus_search_progress(&bench.search), 0);
    assert_int_equal(search_on(), MW_OK);
    assert_int_equal(bench.progress, (3 * 15 + 1) * 1000L / (15 * 15));
    assert_int_equal(search_on(), MW_OK);
    assert_int_equal(bench.progress, (3 * 15 + 2) * 1000L / (15 * 15));
    search_all();
    check_found_all();
}

MW_TEST(only_the_wildcards_of_a_range_are_searched)
{
    mw_mbus_secondary range = anybody;
    (void)state;
    set_up_many();
    range.id = 0x190202FF; /* one delivery, 24 meters */
    mw_mbus_search_init(&bench.search, &range);
    search_all();
    assert_int_equal(bench.search.found, 24);
    for (size_t i = 0; i < METERS; i++) {
        assert_int_equal(bench.found[i], i < 24 ? 1 : 0);
    }
}

MW_TEST(a_range_without_wildcards_is_one_meter)
{
    mw_mbus_secondary range;
    (void)state;
    assert_int_equal(mw_mbus_secondary_parse("19020205CD250102", &range), MW_OK);
    set_up_many();
    mw_mbus_search_init(&bench.search, &range);
    search_all();
    assert_int_equal(bench.search.found, 1);
    assert_int_equal(bench.found[5], 1);
    range.manufacturer = 0x1234;
    mw_mbus_search_init(&bench.search, &range);
    bench.progress = 0;
    search_all();
    assert_int_equal(bench.search.found, 0);
}

/* F is any digit, so a digit that is F cannot be asked for. */
MW_TEST(a_meter_with_a_digit_f_is_found_where_the_other_digits_tell_it_apart)
{
    (void)state;
    set_up(3);
    bench.slaves[0].header.id = 0xF2345671; /* alone by its last digit */
    bench.slaves[1].header.id = 0x123456F8; /* only with the next one */
    bench.slaves[2].header.id = 0x12345678;
    search_all();
    assert_int_equal(bench.strangers, 0);
    assert_int_equal(bench.found[0], 1);
    assert_int_equal(bench.found[2], 1);
}

/* ---- stop and resume ---- */

/* The link is driven so far and no further; then the search is copied, everything else begins anew. */
MW_TEST(a_search_goes_on_where_it_was_stopped_with_another_master)
{
    unsigned steps = 0;
    mw_status status = MW_OK;
    (void)state;
    set_up_many();
    bench.config.char_us = MW_LINK_CHAR_US(9600);
    start_master();
    while (status != MW_END) {
        const mw_mbus_search copy = bench.search;
        uint32_t wait_us;
        status = mw_mbus_search_step(&bench.search, &bench.master, sim_now(&bench.line), &bench.telegram);
        note_progress();
        if (status == MW_OK) {
            note_found();
        } else if (status == MW_AGAIN && ++steps % 1009 == 0) {
            bench.search = copy; /* as it was before the step */
            start_master();
            sim_idle(&bench.line, &bench.link, 2000000);
        } else if (mw_link_poll(&bench.link, sim_now(&bench.line), &wait_us) == MW_LINK_SEND) {
            size_t length;
            const uint8_t *const request = mw_link_request(&bench.link, &length);
            sim_send(&bench.line, request, length);
            mw_link_sent(&bench.link, sim_now(&bench.line));
        } else {
            sim_wait(&bench.line, wait_us);
            (void)sim_hand_over(&bench.line, &bench.link);
        }
    }
    assert_true(steps > 5000);
    check_found_all();
}

MW_TEST(other_jobs_may_be_done_between_two_steps)
{
    unsigned steps = 0;
    mw_status status = MW_OK;
    (void)state;
    set_up_many();
    bench.master.repeats = 1;
    while (status != MW_END) {
        status = mw_mbus_search_step(&bench.search, &bench.master, sim_now(&bench.line), &bench.telegram);
        if (status == MW_OK) {
            note_found();
            mw_mbus_begin_read(&bench.master, 7);
            assert_int_equal(mw_mbus_wait(&bench.master, &bench.io, &bench.telegram), MW_OK);
            assert_int_equal(bench.telegram.header.id, bench.slaves[6].header.id);
            assert_int_equal(mw_mbus_wait(&bench.master, &bench.io, &bench.telegram), MW_END);
        } else if (status == MW_AGAIN && ++steps % 19 == 0) {
            mw_mbus_begin_reset(&bench.master, 1); /* given up what was asked */
            assert_int_equal(mw_mbus_wait(&bench.master, &bench.io, &bench.telegram), MW_END);
        } else if (status == MW_AGAIN) {
            (void)mw_link_run(&bench.link, &bench.io);
        }
    }
    check_found_all();
}

MW_TEST(a_failing_port_stops_a_search_which_goes_on_later)
{
    mw_status status;
    (void)state;
    set_up_many();
    bench.line.fail_status = MW_ERR_IO;
    bench.line.fail_write = 40;
    do {
        status = search_on();
        if (status == MW_ERR_IO) {
            bench.line.fail_write += 100;
        }
    } while (status == MW_OK || status == MW_ERR_IO);
    assert_int_equal(status, MW_END);
    assert_true(bench.line.fail_write > 1000);
    check_found_all();
}

/* ---- what a search needs of a readout ---- */

/* 240 bytes: 7 of the front, 12 of the header, 219 of records, 2 behind. */
static mw_status read_240(void *user, unsigned application, unsigned number, mw_mbus_draft *draft, bool *more)
{
    static const uint8_t energy[] = {0x04, 0x03, 0x15, 0xCD, 0x5B, 0x07};
    static const uint8_t filler[] = {0x2F, 0x2F, 0x2F};
    (void)user;
    (void)application;
    (void)number;
    (void)more;
    for (unsigned i = 0; i < 36; i++) {
        mw_mbus_put_bytes(draft, energy, sizeof energy);
    }
    mw_mbus_put_bytes(draft, filler, sizeof filler);
    return MW_OK;
}

/* On the wire: SND_NKE 5, E5 1, REQ_UD2 5, answer 240 characters. */
MW_TEST(a_readout_of_240_bytes_at_2400_baud_takes_the_time_on_the_wire_and_5_percent)
{
    const uint64_t wire_us = UINT64_C(11000000) * (5 + 1 + 5 + 240) / BAUD;
    (void)state;
    set_up(1);
    bench.slaves[0].readout = read_240;
    mw_mbus_begin_read(&bench.master, 1);
    assert_int_equal(mw_mbus_wait(&bench.master, &bench.io, &bench.telegram), MW_OK);
    assert_int_equal(bench.telegram.frame.length, 240);
    assert_int_equal(mw_mbus_wait(&bench.master, &bench.io, &bench.telegram), MW_END);
    assert_true(bench.line.time_us >= wire_us);
    assert_true(bench.line.time_us <= wire_us + wire_us / 20);
}

/* Five telegrams, each with its number. */
static mw_status read_five(void *user, unsigned application, unsigned number, mw_mbus_draft *draft, bool *more)
{
    const uint8_t record[] = {0x01, 0x13, (uint8_t)number};
    (void)user;
    (void)application;
    mw_mbus_put_bytes(draft, record, sizeof record);
    *more = number < 4;
    return MW_OK;
}

static void check_five(void)
{
    mw_status status;
    unsigned number = 0;
    mw_mbus_begin_read(&bench.master, 1);
    while ((status = mw_mbus_wait(&bench.master, &bench.io, &bench.telegram)) == MW_OK) {
        assert_true(bench.telegram.body_bytes >= 3);
        assert_int_equal(bench.telegram.body[2], number);
        number++;
    }
    assert_int_equal(status, MW_END);
    assert_int_equal(number, 5);
}

MW_TEST(a_readout_has_each_telegram_once_although_answers_are_lost_or_damaged)
{
    (void)state;
    for (unsigned every = 2; every < 9; every++) {
        set_up(1);
        bench.slaves[0].readout = read_five;
        bench.bus.lose = every;
        check_five();
        check_five();
        set_up(1);
        bench.slaves[0].readout = read_five;
        bench.bus.damage = every;
        check_five();
        check_five();
    }
}

MW_TEST(each_of_64_meters_is_read_by_its_secondary_address)
{
    (void)state;
    set_up_many();
    for (size_t i = 0; i < METERS; i++) {
        mw_mbus_secondary address = anybody;
        address.id = bench.slaves[i].header.id;
        mw_mbus_begin_read_secondary(&bench.master, &address);
        assert_int_equal(mw_mbus_wait(&bench.master, &bench.io, &bench.telegram), MW_OK);
        assert_int_equal(bench.telegram.header.id, address.id);
        assert_int_equal(mw_mbus_wait(&bench.master, &bench.io, &bench.telegram), MW_END);
    }
}

/* Every answer to the first request for data, with its repetitions, has a wrong bit. */
static sim_fate damage_first_readout(sim_bus *bus, const uint8_t *request, size_t length)
{
    (void)request;
    return length == 5 && bus->line->sent <= 4 ? SIM_FATE_DAMAGED : SIM_FATE_GOOD;
}

static sim_fate lose_first_readout(sim_bus *bus, const uint8_t *request, size_t length)
{
    (void)request;
    return length == 5 && bus->line->sent <= 4 ? SIM_FATE_LOST : SIM_FATE_GOOD;
}

/* 3 requests more to read it, and the selection once more; a digit alone has 10 values. */
MW_TEST(digits_are_not_gone_through_for_one_lost_answer)
{
    (void)state;
    set_up(1);
    bench.slaves[0].header.id = 0x19020205;
    bench.bus.fate = lose_first_readout;
    search_all();
    check_found_all();
    assert_int_equal(bench.line.sent, 8 + 3 + 1);
}

/* There are 255 media to try. */
MW_TEST(media_are_not_gone_through_for_one_damaged_answer)
{
    mw_mbus_secondary range;
    (void)state;
    assert_int_equal(mw_mbus_secondary_parse("19020205CD2501FF", &range), MW_OK);
    set_up(1);
    bench.slaves[0].header.id = 0x19020205;
    bench.bus.fate = damage_first_readout;
    mw_mbus_search_init(&bench.search, &range);
    search_all();
    check_found_all();
    assert_true(bench.line.sent < 20);
}

MW_TESTS(MW_CASE(an_empty_bus_is_asked_three_times), MW_CASE(a_meter_alone_is_found_at_once),
         MW_CASE(all_64_meters_are_found), MW_CASE(all_64_meters_are_found_where_acknowledgements_collide),
         MW_CASE(all_64_meters_are_found_by_a_master_that_repeats_nothing),
         MW_CASE(all_64_meters_are_found_by_selections_without_frame_count_bit),
         MW_CASE(all_64_meters_are_found_although_answers_are_lost),
         MW_CASE(all_64_meters_are_found_although_answers_are_damaged),
         MW_CASE(all_64_meters_are_found_although_1_percent_goes_wrong),
         MW_CASE(all_64_meters_are_found_although_5_percent_go_wrong_with_more_repeats),
         MW_CASE(a_stray_byte_is_nobody), MW_CASE(a_meter_that_was_read_once_is_not_given_up_at_once),
         MW_CASE(an_echo_is_nobody), MW_CASE(meters_with_one_identification_are_told_apart_by_medium_or_version),
         MW_CASE(meters_that_differ_in_their_fabrication_number_only_are_told_apart_when_that_is_allowed),
         MW_CASE(meters_that_do_not_compare_fabrication_numbers_do_not_keep_the_search_going_for_ever),
         MW_CASE(fabrication_numbers_are_searched_digit_by_digit), MW_CASE(a_search_may_be_interrupted_at_any_step),
         MW_CASE(what_another_search_asked_for_is_not_taken_for_its_own), MW_CASE(a_search_goes_on_from_an_older_copy),
         MW_CASE(an_exchange_that_was_cancelled_is_asked_again),
         MW_CASE(meters_that_are_the_same_in_everything_are_not_resolved),
         MW_CASE(the_identification_of_a_fixed_data_structure_is_enough),
         MW_CASE(a_meter_that_does_not_tell_its_identification_is_found_by_the_digits_it_answers_to),
         MW_CASE(a_meter_is_alone_when_all_of_its_header_stays_the_same),
         MW_CASE(an_access_number_that_jumps_is_of_another_meter),
         MW_CASE(a_meter_that_answers_to_anything_is_not_met_everywhere),
         MW_CASE(a_meter_that_cannot_be_understood_is_not_resolved),
         MW_CASE(wildcards_may_stand_in_front_of_what_is_known), MW_CASE(progress_counts_the_values_of_the_digits),
         MW_CASE(only_the_wildcards_of_a_range_are_searched), MW_CASE(a_range_without_wildcards_is_one_meter),
         MW_CASE(a_meter_with_a_digit_f_is_found_where_the_other_digits_tell_it_apart),
         MW_CASE(a_search_goes_on_where_it_was_stopped_with_another_master),
         MW_CASE(other_jobs_may_be_done_between_two_steps), MW_CASE(a_failing_port_stops_a_search_which_goes_on_later),
         MW_CASE(a_readout_of_240_bytes_at_2400_baud_takes_the_time_on_the_wire_and_5_percent),
         MW_CASE(a_readout_has_each_telegram_once_although_answers_are_lost_or_damaged),
         MW_CASE(each_of_64_meters_is_read_by_its_secondary_address),
         MW_CASE(digits_are_not_gone_through_for_one_lost_answer),
         MW_CASE(media_are_not_gone_through_for_one_damaged_answer))
