/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus_monitor.h>

#include "modbus_frames.h"

#define STREAM_MOST 4000
#define SEEN_MOST   240

/* A bus: what is said on it, and what of that is to be seen. */
typedef struct said {
    mw_modbus_seen kind;
    uint8_t unit;
    const char *pdu;
} said;

typedef struct bus {
    uint8_t bytes[STREAM_MOST];
    size_t count;
    size_t begins[SEEN_MOST]; /* of the frames */
    size_t ends[SEEN_MOST];
    said frames[SEEN_MOST];
    size_t frame_count;
} bus;

static bus line;
static mw_modbus_monitor monitor;

static void line_clear(void)
{
    line.count = 0;
    line.frame_count = 0;
}

static void say(mw_modbus_seen kind, uint8_t unit, const char *pdu)
{
    line.frames[line.frame_count] = (said){kind, unit, pdu};
    line.begins[line.frame_count] = line.count;
    line.count += frames_put_hex(MW_MODBUS_RTU, 0, unit, pdu, line.bytes + line.count);
    line.ends[line.frame_count++] = line.count;
}

static void say_noise(const char *hex)
{
    line.count += mw_hex(hex, line.bytes + line.count, STREAM_MOST - line.count);
}

static void exchange(uint8_t unit, const char *request, const char *reply)
{
    say(MW_MODBUS_SEEN_REQUEST, unit, request);
    say(MW_MODBUS_SEEN_REPLY, unit, reply);
}

/* Every function; the first ones are the examples of AP 6.1 to 6.21. */
static const struct {
    const char *request;
    const char *reply;
} pairs[] = {
    {"01 00 13 00 13", "01 03 CD 6B 05"},
    {"02 00 C4 00 16", "02 03 AC DB 35"},
    {"03 00 6B 00 03", "03 06 02 2B 00 00 00 64"},
    {"04 00 08 00 01", "04 02 00 0A"},
    {"05 00 AC FF 00", "05 00 AC FF 00"},
    {"06 00 01 00 03", "06 00 01 00 03"},
    {"07", "07 6D"},
    {"08 00 00 A5 37", "08 00 00 A5 37"},
    {"0B", "0B FF FF 01 08"},
    {"0C", "0C 08 00 00 01 08 01 21 20 00"},
    {"0F 00 13 00 0A 02 CD 01", "0F 00 13 00 0A"},
    {"10 00 01 00 02 04 00 0A 01 02", "10 00 01 00 02"},
    {"11", "11 02 42 FF"},
    {"14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02", "14 0C 05 06 0D FE 00 20 05 06 33 CD 00 40"},
    {"15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D", "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D"},
    {"16 00 04 00 F2 00 25", "16 00 04 00 F2 00 25"},
    {"17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF", "17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF"},
    {"18 04 DE", "18 00 06 00 02 01 B8 12 84"},
    {"2B 0E 01 00", "2B 0E 01 01 00 00 01 02 05 56 32 2E 31 31"},
    {"2B 0D 01 02 03", "2B 0D 04 05 06 07"},
    {"41", "41"},
    {"48 01 02 03", "48 09"},
    {"64 00 10 00 02", "64 00 10 00 02 11 22 33 44"},
    {"08 00 00 11 22 33 44", "08 00 00 11 22 33 44"},
};

static size_t seen;       /* frames */
static size_t seen_noise; /* bytes thrown away in front of them */
static const said *asked; /* the last request */

/* An event must be the next frame of the line. */
static void check_event(const mw_modbus_event *event)
{
    const said *const expected = &line.frames[seen];
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    size_t bytes;
    assert_true(seen < line.frame_count);
    bytes = mw_hex(expected->pdu, pdu, sizeof pdu);
    if (event->kind != expected->kind || event->frame.pdu_bytes != bytes) {
        printf("frame %u: %s\n", (unsigned)seen, expected->pdu);
    }
    assert_int_equal(event->kind, expected->kind);
    assert_int_equal(event->frame.unit, expected->unit);
    assert_int_equal(event->frame.pdu_bytes, bytes);
    assert_memory_equal(event->frame.pdu, pdu, bytes);
    if (event->kind == MW_MODBUS_SEEN_REPLY) {
        assert_non_null(asked);
        assert_int_equal(event->request.unit, asked->unit);
        assert_int_equal(event->request.pdu_bytes, mw_hex(asked->pdu, pdu, sizeof pdu));
        assert_memory_equal(event->request.pdu, pdu, event->request.pdu_bytes);
    } else {
        assert_null(event->request.pdu);
        asked = event->kind == MW_MODBUS_SEEN_REQUEST ? expected : asked;
    }
    seen_noise += event->noise_bytes;
    seen++;
}

static void look(uint32_t now_us)
{
    mw_modbus_event event;
    while (mw_modbus_monitor_next(&monitor, now_us, &event) == MW_OK) {
        check_event(&event);
    }
}

/* Feeds a part of the line. */
static void hear(size_t from, size_t to, uint32_t now_us)
{
    while (from < to) {
        const size_t taken = mw_modbus_monitor_feed(&monitor, line.bytes + from, to - from, now_us);
        assert_true(taken <= to - from);
        from += taken;
        look(now_us);
    }
}

static void begin(void)
{
    mw_modbus_monitor_init(&monitor, 0, 0);
    seen = 0;
    seen_noise = 0;
    asked = NULL;
}

/* The whole line in pieces of every size, without any silence, and then one. `bytes_of_noise` are in front of frames.
 */
static void check_line(size_t bytes_of_noise)
{
    for (size_t piece = 1; piece <= line.count; piece += piece < 300 ? 1 : 97) {
        uint32_t now_us = UINT32_MAX - 500; /* the clock wraps around */
        begin();
        for (size_t at = 0; at < line.count; at += piece) {
            hear(at, at + piece < line.count ? at + piece : line.count, now_us += 10);
        }
        look(now_us + 60000);
        assert_int_equal(seen, line.frame_count);
        assert_int_equal(seen_noise, bytes_of_noise);
    }
}

MW_TEST(every_function_is_seen_in_pieces_of_every_size)
{
    (void)state;
    line_clear();
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        exchange(0x11, pairs[i].request, pairs[i].reply);
    }
    check_line(0);
}

MW_TEST(each_frame_is_seen_with_its_last_byte)
{
    (void)state;
    line_clear();
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        exchange(0x11, pairs[i].request, pairs[i].reply);
    }
    begin();
    for (size_t at = 0; at < line.count; at++) {
        hear(at, at + 1, 0);
        assert_true(seen == line.frame_count || at + 1 < line.ends[seen]);
        assert_true(seen == 0 || at + 1 >= line.ends[seen - 1]);
    }
}

MW_TEST(units_in_turn_refusals_broadcasts_and_requests_without_a_reply)
{
    (void)state;
    line_clear();
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        static char refusals[MW_COUNT(pairs)][8];
        memcpy(refusals[i], "80 0B", 6);
        refusals[i][0] = (char)(pairs[i].request[0] + 8); /* 0 to 7 become 8 and 9, and beyond that letters */
        refusals[i][0] = (char)(refusals[i][0] <= '9' ? refusals[i][0] : refusals[i][0] - '9' - 1 + 'A');
        refusals[i][1] = pairs[i].request[1];
        exchange(1, pairs[i].request, pairs[i].reply);
        exchange(2, pairs[(i + 1) % MW_COUNT(pairs)].request, pairs[(i + 1) % MW_COUNT(pairs)].reply);
        exchange(3, pairs[i].request, refusals[i]);
        say(MW_MODBUS_SEEN_REQUEST, 4, pairs[i].request); /* nobody answers */
        say(MW_MODBUS_SEEN_REQUEST, 0, "06 00 10 12 34");
        say(MW_MODBUS_SEEN_REQUEST, 0, "06 00 10 12 34"); /* no answer to the one before */
    }
    check_line(0);
}

MW_TEST(a_late_reply_is_stray)
{
    (void)state;
    line_clear();
    say(MW_MODBUS_SEEN_STRAY, 9, "83 02"); /* listening began behind the request */
    say(MW_MODBUS_SEEN_STRAY, 9, "01 03 CD 6B 05");
    say(MW_MODBUS_SEEN_REQUEST, 1, "03 00 6B 00 03");
    exchange(2, "04 00 08 00 01", "04 02 00 0A");
    say(MW_MODBUS_SEEN_STRAY, 1, "03 06 02 2B 00 00 00 64");
    say(MW_MODBUS_SEEN_REQUEST, 1, "03 00 6B 00 02");
    say(MW_MODBUS_SEEN_STRAY, 1, "03 06 02 2B 00 00 00 64"); /* of another count */
    say(MW_MODBUS_SEEN_REPLY, 1, "03 04 02 2B 00 00");
    say(MW_MODBUS_SEEN_STRAY, 1, "03 04 02 2B 00 00"); /* twice */
    check_line(0);
}

/* An echo function once more after the time of a reply is a repetition, within it a reply. */
MW_TEST(time_tells_a_repetition_from_a_reply)
{
    (void)state;
    line_clear();
    say(MW_MODBUS_SEEN_REQUEST, 1, "06 00 01 00 03");
    say(MW_MODBUS_SEEN_REQUEST, 1, "06 00 01 00 03");
    say(MW_MODBUS_SEEN_REPLY, 1, "06 00 01 00 03");
    begin();
    hear(line.begins[0], line.ends[0], 0);
    hear(line.begins[1], line.ends[1], 1000001);
    hear(line.begins[2], line.ends[2], 1990000);
    assert_int_equal(seen, 3);
}

MW_TEST(replies_have_their_delay)
{
    mw_modbus_event event;
    (void)state;
    line_clear();
    exchange(1, "03 00 6B 00 01", "03 02 02 2B");
    begin();
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 8, 0xFFFFFFF0), 8);
    assert_int_equal(mw_modbus_monitor_next(&monitor, 0xFFFFFFF0, &event), MW_OK);
    assert_int_equal(event.time_us, 0xFFFFFFF0);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes + 8, 7, 20000), 7);
    assert_int_equal(mw_modbus_monitor_next(&monitor, 20000, &event), MW_OK);
    assert_int_equal(event.kind, MW_MODBUS_SEEN_REPLY);
    assert_int_equal(event.delay_us, 20016);
    assert_int_equal(mw_modbus_monitor_next(&monitor, 20000, &event), MW_AGAIN);
}

/* Noise that begins no longer frame is stepped over at once; what could, when enough has come or silence has fallen. */
MW_TEST(noise_between_frames_is_counted_and_stepped_over)
{
    static const char *const noises[] = {
        "00", "FF", "11 03", "41", "03 03 03", "11 10 00 00 00 7B F6", "6E 6E 6E 6E 6E"};
    (void)state;
    for (size_t n = 0; n < MW_COUNT(noises); n++) {
        size_t noise = 0;
        line_clear();
        for (size_t i = 0; i < MW_COUNT(pairs) - 5; i += MW_STRIDE(4)) { /* those whose end is known */
            const size_t before = line.count;
            say_noise(noises[n]);
            noise += line.count - before;
            exchange(0x12, pairs[i].request, pairs[i].reply);
        }
        check_line(noise);
    }
}

MW_TEST(noise_that_silence_parts_hides_no_frame_of_any_function)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        static const char *const noises[] = {"00", "FF FF", "41", "11 10 00 00 00 7B F6 01 02"};
        for (size_t n = 0; n < MW_COUNT(noises); n++) {
            size_t noise;
            line_clear();
            say_noise(noises[n]);
            noise = line.count;
            exchange(0x11, pairs[i].request, pairs[i].reply);
            for (size_t split = noise; split <= line.count; split++) {
                begin();
                hear(0, noise, 0);
                hear(noise, split, 50000); /* silence, noticed only now */
                hear(split, line.count, 60000);
                look(200000);
                assert_int_equal(seen, 2);
                assert_int_equal(seen_noise, noise);
            }
        }
    }
}

/* A function that is not public is looked for in noise where its reply is expected, and only there. */
MW_TEST(an_expected_reply_of_any_function_is_seen_behind_noise)
{
    (void)state;
    line_clear();
    say(MW_MODBUS_SEEN_REQUEST, 0x11, "48 01 02 03");
    say_noise("05");
    say(MW_MODBUS_SEEN_REPLY, 0x11, "48 09");
    exchange(0x11, "03 00 6B 00 01", "03 02 02 2B");
    check_line(1);
    line_clear();
    exchange(0x11, "48 01 02 03", "48 09");
    say_noise("05");
    line.count += frames_put_hex(MW_MODBUS_RTU, 0, 0x11, "48 09", line.bytes + line.count);
    exchange(0x11, "03 00 6B 00 01", "03 02 02 2B");
    check_line(6);
}

/* Any byte lost: its frame is gone, the others are seen, the replies as stray where their request was it. */
MW_TEST(a_lost_byte_costs_its_frame_only)
{
    size_t losses = 0;
    (void)state;
    line_clear();
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        exchange(0x11, pairs[i].request, pairs[i].reply);
    }
    for (size_t lost = 0; lost < line.count; lost++) {
        mw_modbus_event event;
        size_t frame = 0;
        size_t found = 0;
        uint32_t now_us = 0;
        while (line.ends[frame] <= lost) {
            frame++;
        }
        mw_modbus_monitor_init(&monitor, 0, 0);
        for (size_t i = 0; i < line.frame_count; i++) { /* each frame by itself, as on a real bus */
            uint8_t bytes[MW_MODBUS_RTU_MAX];
            size_t count = line.ends[i] - line.begins[i];
            memcpy(bytes, line.bytes + line.begins[i], count);
            if (i == frame) {
                memmove(bytes + (lost - line.begins[i]), bytes + (lost - line.begins[i]) + 1,
                        count - 1 - (lost - line.begins[i]));
                count--;
            }
            now_us += 60000;
            assert_int_equal(mw_modbus_monitor_feed(&monitor, bytes, count, now_us), count);
            while (mw_modbus_monitor_next(&monitor, now_us, &event) == MW_OK) {
                assert_true(event.frame.unit == 0x11);
                found++;
            }
        }
        while (mw_modbus_monitor_next(&monitor, now_us + 60000, &event) == MW_OK) {
            found++;
        }
        assert_int_equal(found, line.frame_count - 1);
        losses++;
    }
    assert_int_equal(losses, line.count);
}

MW_TEST(a_cut_off_frame_is_given_up_after_the_silence)
{
    mw_modbus_event event;
    (void)state;
    line_clear();
    exchange(1, "03 00 6B 00 01", "03 02 02 2B");
    for (size_t cut = 1; cut < 8; cut++) {
        mw_modbus_monitor_init(&monitor, 4000, 0);
        assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, cut, 100), cut);
        assert_int_equal(mw_modbus_monitor_next(&monitor, 4099, &event), MW_AGAIN);
        assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 8, 4100), 8);
        assert_int_equal(mw_modbus_monitor_next(&monitor, 4100, &event), MW_OK);
        assert_int_equal(event.kind, MW_MODBUS_SEEN_REQUEST);
        assert_int_equal(event.noise_bytes, cut);
    }
}

/* The monitor takes what it has room for, however it is used. */
MW_TEST(random_noise_never_stands_still_and_hides_no_frame_behind_silence)
{
    uint32_t seed = 17;
    uint32_t now_us = 0;
    (void)state;
    mw_modbus_monitor_init(&monitor, 0, 0);
    for (unsigned round = 0; round < MW_ROUNDS(400); round++) {
        uint8_t noise[700];
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        const size_t count = (size_t)frames_random(&seed) * 700 / 256;
        const size_t length = frames_put_hex(MW_MODBUS_RTU, 0, 0xF7, "03 12 34 00 7D", frame);
        mw_modbus_event event;
        size_t at = 0;
        bool found = false;
        for (size_t i = 0; i < count; i++) {
            noise[i] = frames_random(&seed) < 100 ? (uint8_t)(frames_random(&seed) % 25) : frames_random(&seed);
        }
        while (at < count) {
            const size_t n = 1 + frames_random(&seed) % (count - at);
            size_t taken = mw_modbus_monitor_feed(&monitor, noise + at, n, now_us);
            at += taken;
            while (mw_modbus_monitor_next(&monitor, now_us, &event) == MW_OK) {
                taken = 1;
            }
            assert_true(taken > 0);
        }
        now_us += 60000;
        while (mw_modbus_monitor_feed(&monitor, frame, length, now_us) == 0) {
            (void)mw_modbus_monitor_next(&monitor, now_us, &event);
        }
        while (mw_modbus_monitor_next(&monitor, now_us, &event) == MW_OK) {
            found = found || (event.frame.unit == 0xF7 && event.frame.pdu_bytes == 5);
        }
        assert_true(found);
        now_us += 60000;
    }
}

MW_TEST(a_second_silence_waits_until_what_came_before_it_was_looked_at)
{
    mw_modbus_event event;
    (void)state;
    line_clear();
    exchange(1, "03 00 6B 00 01", "03 02 02 2B");
    mw_modbus_monitor_init(&monitor, 4000, 0);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 3, 0), 3);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 3, 5000), 3);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes + 3, 1, 5100), 1); /* the second silence is to come */
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 8, 10000), 0);
    assert_int_equal(mw_modbus_monitor_next(&monitor, 10000, &event), MW_AGAIN);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 8, 10000), 8);
    assert_int_equal(mw_modbus_monitor_next(&monitor, 10000, &event), MW_OK);
    assert_int_equal(event.kind, MW_MODBUS_SEEN_REQUEST);
    assert_int_equal(event.noise_bytes, 7);
}

MW_TEST(silence_that_is_noticed_twice_is_one)
{
    mw_modbus_event event;
    (void)state;
    line_clear();
    exchange(1, "03 00 6B 00 01", "03 02 02 2B");
    mw_modbus_monitor_init(&monitor, 4000, 0);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 3, 0), 3);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 0, 5000), 0);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 8, 6000), 8);
    assert_int_equal(mw_modbus_monitor_next(&monitor, 6000, &event), MW_OK);
    assert_int_equal(event.noise_bytes, 3);
}

/* It has room for two frames. */
MW_TEST(a_full_monitor_takes_nothing_until_it_was_looked_at)
{
    uint8_t noise[600];
    mw_modbus_event event;
    (void)state;
    memset(noise, 0x41, sizeof noise);
    mw_modbus_monitor_init(&monitor, 4000, 0);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, noise, 600, 0), 512);
    assert_int_equal(mw_modbus_monitor_feed(&monitor, noise, 88, 3999), 0);
    assert_int_equal(mw_modbus_monitor_next(&monitor, 4000, &event), MW_AGAIN); /* the last byte came at 0 */
    assert_int_equal(mw_modbus_monitor_feed(&monitor, noise, 88, 4000), 88);
}

MW_TEST(a_reply_may_come_as_late_as_was_said)
{
    mw_modbus_event event;
    (void)state;
    line_clear();
    exchange(1, "03 00 6B 00 01", "03 02 02 2B");
    for (uint32_t late = 2000; late <= 2001; late++) {
        mw_modbus_monitor_init(&monitor, 0, 2000);
        assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes, 8, 0), 8);
        assert_int_equal(mw_modbus_monitor_next(&monitor, 0, &event), MW_OK);
        assert_int_equal(mw_modbus_monitor_feed(&monitor, line.bytes + 8, line.count - 8, late), line.count - 8);
        assert_int_equal(mw_modbus_monitor_next(&monitor, late, &event), MW_OK);
        assert_int_equal(event.kind, late == 2000 ? MW_MODBUS_SEEN_REPLY : MW_MODBUS_SEEN_STRAY);
    }
}

/* 3 bytes of bits are as long as address and count: 0005 can be asked for, 6B05 cannot, and nor can 0000. */
MW_TEST(a_reply_of_24_bits_is_a_request_where_it_can_be_one)
{
    static const struct {
        const char *pdu;
        mw_modbus_seen kind;
    } rows[] = {{"01 03 CD 00 05", MW_MODBUS_SEEN_REQUEST},
                {"01 03 CD 6B 05", MW_MODBUS_SEEN_STRAY},
                {"02 03 CD 07 D0", MW_MODBUS_SEEN_REQUEST}, /* 2000 */
                {"02 03 CD 07 D1", MW_MODBUS_SEEN_STRAY},
                {"02 03 CD 00 00", MW_MODBUS_SEEN_STRAY}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        line_clear();
        say(rows[i].kind, 1, rows[i].pdu);
        check_line(0);
    }
}

MW_TESTS(MW_CASE(an_expected_reply_of_any_function_is_seen_behind_noise),
         MW_CASE(every_function_is_seen_in_pieces_of_every_size), MW_CASE(each_frame_is_seen_with_its_last_byte),
         MW_CASE(units_in_turn_refusals_broadcasts_and_requests_without_a_reply), MW_CASE(a_late_reply_is_stray),
         MW_CASE(time_tells_a_repetition_from_a_reply), MW_CASE(replies_have_their_delay),
         MW_CASE(noise_between_frames_is_counted_and_stepped_over),
         MW_CASE(noise_that_silence_parts_hides_no_frame_of_any_function), MW_CASE(a_lost_byte_costs_its_frame_only),
         MW_CASE(a_cut_off_frame_is_given_up_after_the_silence),
         MW_CASE(random_noise_never_stands_still_and_hides_no_frame_behind_silence),
         MW_CASE(a_second_silence_waits_until_what_came_before_it_was_looked_at),
         MW_CASE(silence_that_is_noticed_twice_is_one), MW_CASE(a_full_monitor_takes_nothing_until_it_was_looked_at),
         MW_CASE(a_reply_may_come_as_late_as_was_said), MW_CASE(a_reply_of_24_bits_is_a_request_where_it_can_be_one))
