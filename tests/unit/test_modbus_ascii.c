/* SPDX-License-Identifier: MIT */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include "modbus_frames.h"

#define UNTOUCHED ((size_t)12345)

/* Unit and PDU, and the text with an LRC added up by hand: 0 less the sum of all bytes (SL 6.2.1). */
static const struct {
    const char *bytes;
    const char *text;
} frames[] = {
    {"11 03 00 6B 00 03", ":1103006B00037E\r\n"}, /* 11 + 03 + 6B + 03 = 82 */
    {"01 03 00 00 00 02", ":010300000002FA\r\n"},
    {"F7 06 AB CD EF FF", ":F706ABCDEFFF9D\r\n"}, /* F7 + 06 + AB + CD + EF + FF = 463 */
    {"00 07", ":0007F9\r\n"},
    {"80 80", ":808000\r\n"},
    {"01 83 02", ":0183027A\r\n"},
    {"0A 41 3A 0D 0A", ":0A413A0D0A64\r\n"}, /* colon, CR and LF as data */
};

static size_t put_frame(const char *hex, uint8_t *frame)
{
    return frames_put_crc(frame, mw_hex(hex, frame, 256));
}

MW_TEST(frames_are_written_as_text)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(frames); i++) {
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        const size_t length = put_frame(frames[i].bytes, frame);
        const size_t wanted = strlen(frames[i].text);
        for (size_t size = 0; size <= wanted + 1; size++) {
            size_t got = UNTOUCHED;
            uint8_t *const room = frames_room();
            const mw_status status = mw_modbus_ascii_encode(frame, length, room, size, &got);
            assert_true(frames_intact_from(size));
            if (size < wanted) {
                assert_int_equal(status, MW_ERR_SPACE);
                assert_int_equal(got, UNTOUCHED);
                assert_true(frames_intact_from(0));
            } else {
                assert_int_equal(status, MW_OK);
                assert_int_equal(got, wanted);
                assert_memory_equal(room, frames[i].text, wanted);
            }
        }
    }
}

MW_TEST(what_is_no_frame_is_not_written)
{
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    size_t length = put_frame(frames[0].bytes, frame);
    size_t got = UNTOUCHED;
    (void)state;
    assert_int_equal(mw_modbus_ascii_encode(frame, length - 1, frames_room(), 260, &got), MW_ERR_CHECK);
    assert_int_equal(mw_modbus_ascii_encode(frame, 3, frames_room(), 260, &got), MW_ERR_FRAME);
    assert_int_equal(got, UNTOUCHED);
    assert_true(frames_intact_from(0));
}

/* Receives text in two pieces; the bytes are appended to `out`. Never more bytes than characters. */
static size_t receive(mw_modbus_ascii *ascii, const char *text, size_t count, size_t split, uint8_t *out)
{
    size_t given = 0;
    for (int half = 0; half < 2; half++) {
        const size_t from = half == 0 ? 0 : split;
        const size_t n = half == 0 ? split : count - split;
        uint8_t copy[600];
        size_t got;
        memset(copy, FRAMES_CANARY, sizeof copy);
        memcpy(copy, text + from, n);
        got = mw_modbus_ascii_receive(ascii, copy, n);
        assert_true(got <= n);
        assert_int_equal(copy[n], FRAMES_CANARY);
        memcpy(out + given, copy, got);
        given += got;
    }
    return given;
}

static void check_received(const char *text, const uint8_t *expected, size_t length)
{
    for (size_t split = 0; split <= strlen(text); split++) {
        mw_modbus_ascii ascii;
        uint8_t out[600];
        mw_modbus_ascii_init(&ascii);
        assert_true(mw_modbus_ascii_idle(&ascii));
        assert_int_equal(receive(&ascii, text, strlen(text), split, out), length);
        assert_memory_equal(out, expected, length);
        assert_true(mw_modbus_ascii_idle(&ascii));
    }
}

MW_TEST(text_becomes_frames_in_every_split)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(frames); i++) {
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        check_received(frames[i].text, frame, put_frame(frames[i].bytes, frame));
    }
}

MW_TEST(small_digits_and_noise_between_frames_are_taken)
{
    uint8_t stream[64];
    size_t length = put_frame("F7 06 AB CD EF FF", stream);
    (void)state;
    check_received(":f706abCDefFf9d\r\n", stream, length);
    check_received("x\r\n\r:f706abCDefFf9d\r\n\n0AF\r\n", stream, length);
    length += put_frame("00 07", stream + length);
    check_received(":F706ABCDEFFF9D\r\n:0007F9\r\n", stream, length);
}

/* The CRC is wrong then, so the frame is seen, and refused. */
MW_TEST(a_wrong_lrc_becomes_a_wrong_crc)
{
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    const size_t length = put_frame("11 03 00 6B 00 03", frame);
    mw_modbus_frame parts;
    (void)state;
    frame[length - 2] ^= 0xFF;
    frame[length - 1] ^= 0xFF;
    check_received(":1103006B00037D\r\n", frame, length);
    assert_int_equal(mw_modbus_open(MW_MODBUS_RTU, frame, length, &parts), MW_ERR_CHECK);
}

/* Every damaged character: no intact frame comes of it. A wrong digit changes the sum by less than 256. */
MW_TEST(a_damaged_character_is_noticed)
{
    static const char text[] = ":1103006B00037E\r\n";
    (void)state;
    for (size_t at = 0; at < sizeof text - 1; at++) {
        for (unsigned value = 0; value < 256; value++) {
            char damaged[sizeof text];
            uint8_t out[32];
            mw_modbus_ascii ascii;
            mw_modbus_frame parts;
            size_t length;
            memcpy(damaged, text, sizeof text);
            damaged[at] = (char)value;
            if ((damaged[at] | 0x20) == (text[at] | 0x20) && at > 0 && at < sizeof text - 3) {
                continue; /* the same digit */
            }
            if (value == (uint8_t)text[at]) {
                continue;
            }
            mw_modbus_ascii_init(&ascii);
            length = receive(&ascii, damaged, sizeof text - 1, 0, out);
            assert_true(mw_modbus_open(MW_MODBUS_RTU, out, length, &parts) != MW_OK);
        }
    }
}

MW_TEST(frames_that_are_no_frames)
{
    static const char *const rows[] = {":\r\n",
                                       ":00\r\n",
                                       ":0000\r\n",
                                       ":1\r\n",
                                       ":1103006B0003\r\n",
                                       ":1103006B00037E\r",
                                       ":1103006B00037E\n",
                                       ":1103 006B00037E\r\n",
                                       "1103006B00037E\r\n"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        mw_modbus_ascii ascii;
        mw_modbus_frame parts;
        uint8_t out[32];
        size_t length;
        mw_modbus_ascii_init(&ascii);
        length = receive(&ascii, rows[i], strlen(rows[i]), 0, out);
        assert_true(mw_modbus_open(MW_MODBUS_RTU, out, length, &parts) != MW_OK);
        /* The next frame is found, also when this one was cut off. */
        length = receive(&ascii, ":0007F9\r\n", 9, 4, out);
        assert_int_equal(length, 4);
        assert_int_equal(mw_modbus_open(MW_MODBUS_RTU, out, length, &parts), MW_OK);
    }
}

/* Unit X1 and function 7, with the LRC of each value that X might have. */
MW_TEST(only_hexadecimal_digits_are_digits)
{
    (void)state;
    for (unsigned c = 1; c < 256; c++) {
        for (unsigned value = 0; value < 16; value++) {
            char text[12];
            mw_modbus_ascii ascii;
            mw_modbus_frame parts;
            uint8_t out[16];
            size_t length;
            snprintf(text, sizeof text, ":X107%02X\r\n", (256 - (value * 16 + 1 + 7)) & 0xFF);
            text[1] = (char)c;
            mw_modbus_ascii_init(&ascii);
            length = receive(&ascii, text, 9, 0, out);
            assert_int_equal(length > 0 && mw_modbus_open(MW_MODBUS_RTU, out, length, &parts) == MW_OK,
                             c == (unsigned)"0123456789ABCDEF"[value] || c == (unsigned)"0123456789abcdef"[value]);
        }
    }
}

MW_TEST(the_longest_frame_passes_and_a_longer_one_does_not)
{
    static char text[600];
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    uint8_t out[600];
    mw_modbus_ascii ascii;
    size_t length;
    size_t count;
    (void)state;
    for (size_t i = 0; i < 254; i++) {
        frame[i] = (uint8_t)(i * 7);
    }
    length = frames_put_crc(frame, 254);
    assert_int_equal(mw_modbus_ascii_encode(frame, length, (uint8_t *)text, sizeof text, &count), MW_OK);
    assert_int_equal(count, MW_MODBUS_ASCII_MAX);
    for (size_t split = 0; split <= count; split++) {
        mw_modbus_ascii_init(&ascii);
        assert_int_equal(receive(&ascii, text, count, split, out), length);
        assert_memory_equal(out, frame, length);
    }
    memset(text + 1, '0', 540);
    memcpy(text + 541, "\r\n", 2);
    mw_modbus_ascii_init(&ascii);
    assert_true(receive(&ascii, text, 543, 0, out) <= 255);
    assert_true(mw_modbus_ascii_idle(&ascii));
}

MW_TEST(a_server_finds_requests_of_any_function_behind_the_line_feed)
{
    static const char *const texts[] = {":1103006B00037E\r\n", ":11410203A9\r\n", ":11035:1103006B00037E\r\n"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(texts); i++) {
        mw_modbus_ascii ascii;
        uint8_t out[32];
        size_t skip = UNTOUCHED;
        size_t length = UNTOUCHED;
        size_t count;
        mw_modbus_ascii_init(&ascii);
        count = receive(&ascii, texts[i], strlen(texts[i]), 7, out);
        assert_int_equal(mw_modbus_find(MW_MODBUS_RTU, out, count, mw_modbus_ascii_idle(&ascii), &skip, &length),
                         MW_OK);
        assert_int_equal(skip + length, count);
        assert_int_equal(length, i == 1 ? 6 : 8);
    }
}

MW_TEST(noise_comes_to_nothing_and_leads_nowhere)
{
    static const char characters[] = "::::0123456789abcdefABCDEF\r\r\n\n\nx ";
    mw_modbus_ascii ascii;
    uint32_t seed = 3;
    (void)state;
    mw_modbus_ascii_init(&ascii);
    for (unsigned round = 0; round < MW_ROUNDS(5000); round++) {
        char text[40];
        uint8_t out[40];
        const size_t count = frames_random(&seed) % sizeof text;
        for (size_t i = 0; i < count; i++) {
            text[i] = characters[frames_random(&seed) % (sizeof characters - 1)];
        }
        (void)receive(&ascii, text, count, count / 2, out);
    }
}

MW_TESTS(MW_CASE(frames_are_written_as_text), MW_CASE(what_is_no_frame_is_not_written),
         MW_CASE(text_becomes_frames_in_every_split), MW_CASE(small_digits_and_noise_between_frames_are_taken),
         MW_CASE(a_wrong_lrc_becomes_a_wrong_crc), MW_CASE(a_damaged_character_is_noticed),
         MW_CASE(frames_that_are_no_frames), MW_CASE(only_hexadecimal_digits_are_digits),
         MW_CASE(the_longest_frame_passes_and_a_longer_one_does_not),
         MW_CASE(a_server_finds_requests_of_any_function_behind_the_line_feed),
         MW_CASE(noise_comes_to_nothing_and_leads_nowhere))
