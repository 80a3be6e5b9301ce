/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include "modbus_frames.h"

#define UNTOUCHED ((size_t)12345)

static const mw_modbus_framing framings[] = {MW_MODBUS_RTU, MW_MODBUS_TCP};

/* How long a PDU is: a fixed part, and behind it what the byte at count_at counts, if that is not 0. */
typedef struct shape {
    uint8_t function;
    uint8_t fixed;
    uint8_t count_at;
} shape;

/* The "Request" tables of AP 6.1 to 6.18, the bytes of their fields added up. */
static const shape requests[] = {
    {1, 5, 0},  {2, 5, 0},  {3, 5, 0},  {4, 5, 0},  {5, 5, 0},  {6, 5, 0},  {7, 1, 0},  {8, 5, 0},   {11, 1, 0},
    {12, 1, 0}, {15, 6, 5}, {16, 6, 5}, {17, 1, 0}, {20, 2, 1}, {21, 2, 1}, {22, 7, 0}, {23, 10, 9}, {24, 3, 0},
};

/* The "Response" tables. */
static const shape replies[] = {
    {1, 2, 1},  {2, 2, 1},  {3, 2, 1},  {4, 2, 1},  {5, 5, 0},  {6, 5, 0},  {7, 2, 0},  {8, 5, 0},  {11, 5, 0},
    {12, 2, 1}, {15, 5, 0}, {16, 5, 0}, {17, 2, 1}, {20, 2, 1}, {21, 2, 1}, {22, 7, 0}, {23, 2, 1}, {24, 3, 2},
};

/* The examples of AP 6.1 to 6.18, request and response in turn. 6.13 has no numbers: an id and a run indicator. */
static const char *const examples[] = {
    "01 00 13 00 13",
    "01 03 CD 6B 05",
    "02 00 C4 00 16",
    "02 03 AC DB 35",
    "03 00 6B 00 03",
    "03 06 02 2B 00 00 00 64",
    "04 00 08 00 01",
    "04 02 00 0A",
    "05 00 AC FF 00",
    "05 00 AC FF 00",
    "06 00 01 00 03",
    "06 00 01 00 03",
    "07",
    "07 6D",
    "08 00 00 A5 37",
    "08 00 00 A5 37",
    "0B",
    "0B FF FF 01 08",
    "0C",
    "0C 08 00 00 01 08 01 21 20 00",
    "0F 00 13 00 0A 02 CD 01",
    "0F 00 13 00 0A",
    "10 00 01 00 02 04 00 0A 01 02",
    "10 00 01 00 02",
    "11",
    "11 02 42 FF",
    "14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02",
    "14 0C 05 06 0D FE 00 20 05 06 33 CD 00 40",
    "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D",
    "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D",
    "16 00 04 00 F2 00 25",
    "16 00 04 00 F2 00 25",
    "17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF",
    "17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF",
    "18 04 DE",
    "18 00 06 00 02 01 B8 12 84",
    "2B 0E 01 00", /* AP 6.21, with the third of its objects only */
    "2B 0E 01 01 00 00 01 02 05 56 32 2E 31 31",
};

static int length_of(int (*measure)(const uint8_t *, size_t), const uint8_t *pdu, size_t count)
{
    uint8_t *const copy = frames_copy(pdu, count);
    const int length = measure(copy, count);
    frames_free(copy, count);
    return length;
}

static const shape *shape_of(const shape *shapes, size_t count, unsigned function)
{
    for (size_t i = 0; i < count; i++) {
        if (shapes[i].function == function) {
            return &shapes[i];
        }
    }
    return NULL;
}

/* What must be said of a PDU of which so many bytes are known, all of them 0 but the function and the count. */
static int expected_length(const shape *of, unsigned counted, size_t known)
{
    int length;
    if (known == 0) {
        return 0;
    }
    if (of == NULL) {
        return -1;
    }
    if (of->count_at != 0 && known <= of->count_at) {
        return 0;
    }
    length = of->fixed + (of->count_at != 0 ? (int)counted : 0);
    return length <= 253 ? length : -1;
}

static void check_shape(int (*measure)(const uint8_t *, size_t), const shape *of, unsigned function)
{
    for (unsigned counted = 0; counted < 256; counted++) {
        uint8_t pdu[12] = {0};
        pdu[0] = (uint8_t)function;
        if (of != NULL && of->count_at != 0) {
            pdu[of->count_at] = (uint8_t)counted;
        }
        for (size_t known = 0; known <= sizeof pdu; known++) {
            assert_int_equal(length_of(measure, pdu, known), expected_length(of, counted, known));
        }
        if (of == NULL || of->count_at == 0) {
            break; /* nothing is counted */
        }
    }
}

MW_TEST(requests_are_as_long_as_the_specification_says)
{
    (void)state;
    for (unsigned function = 0; function < 256; function++) {
        if (function != 43) {
            check_shape(mw_modbus_request_length, shape_of(requests, MW_COUNT(requests), function), function);
        }
    }
}

MW_TEST(replies_are_as_long_as_the_specification_says)
{
    (void)state;
    for (unsigned function = 0; function < 128; function++) {
        if (function != 43) {
            check_shape(mw_modbus_reply_length, shape_of(replies, MW_COUNT(replies), function), function);
        }
    }
}

/* AP 6.19 to 6.21: only the interface of type 14 has a known layout, objects one after the other. */
MW_TEST(identifications_are_as_long_as_their_objects)
{
    static const uint8_t request[] = {43, 14, 1, 0, 99};
    static const uint8_t canopen[] = {43, 13, 1, 0, 0, 0, 0, 0};
    (void)state;
    for (size_t known = 1; known <= sizeof request; known++) {
        assert_int_equal(length_of(mw_modbus_request_length, request, known), known < 2 ? 0 : 4);
    }
    for (size_t known = 2; known <= sizeof canopen; known++) {
        assert_int_equal(length_of(mw_modbus_request_length, canopen, known), -1);
        assert_int_equal(length_of(mw_modbus_reply_length, canopen, known), -1);
    }
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second += 5) {
            uint8_t pdu[300] = {43, 14, 1, 1, 0, 0, 2, 0};
            const size_t length = 7 + 2 + first + 2 + second;
            pdu[8] = (uint8_t)first;
            pdu[7 + 2 + first + 1] = (uint8_t)second;
            for (size_t known = 1; known <= 10; known++) {
                const bool told = known > 7 + 2 + first + 1;
                const bool short_first = 7 + 2 + first + 2 <= 253;
                if (known > 8 && !short_first) {
                    assert_int_equal(length_of(mw_modbus_reply_length, pdu, known), -1);
                } else {
                    assert_int_equal(length_of(mw_modbus_reply_length, pdu, known), !told          ? 0
                                                                                    : length > 253 ? -1
                                                                                                   : (int)length);
                }
            }
            assert_int_equal(length_of(mw_modbus_reply_length, pdu, sizeof pdu), length > 253 ? -1 : (int)length);
        }
    }
}

MW_TEST(a_queue_has_no_count_above_255)
{
    static const uint8_t queue[] = {24, 1, 0, 0, 0};
    (void)state;
    assert_int_equal(length_of(mw_modbus_reply_length, queue, 1), 0);
    assert_int_equal(length_of(mw_modbus_reply_length, queue, 2), -1);
    assert_int_equal(length_of(mw_modbus_reply_length, queue, 5), -1);
}

MW_TEST(exceptions_are_two_bytes_whatever_the_function)
{
    (void)state;
    for (unsigned function = 128; function < 256; function++) {
        const uint8_t pdu[] = {(uint8_t)function, 2, 0};
        for (size_t known = 1; known <= sizeof pdu; known++) {
            assert_int_equal(length_of(mw_modbus_reply_length, pdu, known), 2);
        }
    }
}

MW_TEST(no_bytes_tell_nothing_and_may_be_null)
{
    (void)state;
    assert_int_equal(mw_modbus_request_length(NULL, 0), 0);
    assert_int_equal(mw_modbus_reply_length(NULL, 0), 0);
}

MW_TEST(examples_of_the_specification_have_their_own_length)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(examples); i++) {
        uint8_t pdu[MW_MODBUS_PDU_MAX];
        const size_t bytes = mw_hex(examples[i], pdu, sizeof pdu);
        assert_int_equal(length_of(i % 2 == 0 ? mw_modbus_request_length : mw_modbus_reply_length, pdu, bytes), bytes);
    }
}

/* The longest that fit: 253 bytes less the fixed part of AP. */
MW_TEST(counts_that_exceed_a_pdu_belong_to_nothing)
{
    static const uint8_t write[] = {16, 0, 0, 0, 123, 247};
    static const uint8_t write_more[] = {16, 0, 0, 0, 124, 248};
    static const uint8_t both[] = {23, 0, 0, 0, 1, 0, 0, 0, 121, 243};
    static const uint8_t both_more[] = {23, 0, 0, 0, 1, 0, 0, 0, 122, 244};
    static const uint8_t read[] = {3, 251};
    static const uint8_t read_more[] = {3, 252};
    static const uint8_t queue[] = {24, 0, 250};
    static const uint8_t queue_more[] = {24, 0, 251};
    (void)state;
    assert_int_equal(mw_modbus_request_length(write, sizeof write), 253);
    assert_int_equal(mw_modbus_request_length(write_more, sizeof write_more), -1);
    assert_int_equal(mw_modbus_request_length(both, sizeof both), 253);
    assert_int_equal(mw_modbus_request_length(both_more, sizeof both_more), -1);
    assert_int_equal(mw_modbus_reply_length(read, sizeof read), 253);
    assert_int_equal(mw_modbus_reply_length(read_more, sizeof read_more), -1);
    assert_int_equal(mw_modbus_reply_length(queue, sizeof queue), 253);
    assert_int_equal(mw_modbus_reply_length(queue_more, sizeof queue_more), -1);
}

/* Streams. */

/* Looks for a frame in a copy of just these bytes; what must hold of every answer is checked here. */
static mw_status find(mw_modbus_framing framing, const uint8_t *bytes, size_t count, bool silent, size_t *skip,
                      size_t *length)
{
    uint8_t *const copy = frames_copy(bytes, count);
    mw_modbus_frame parts;
    mw_status status;
    *skip = UNTOUCHED;
    *length = UNTOUCHED;
    status = mw_modbus_find(framing, copy, count, silent, skip, length);
    assert_true(*skip <= count);
    if (status == MW_OK) {
        assert_in_range(*length, framing == MW_MODBUS_TCP ? 8 : 4, count - *skip);
        assert_int_equal(mw_modbus_open(framing, copy + *skip, *length, &parts), MW_OK);
    } else {
        assert_int_equal(status, MW_AGAIN);
        if (silent && framing == MW_MODBUS_RTU) {
            assert_int_equal(*skip, count);
        } else { /* what waits is less than a frame */
            assert_true(count - *skip <= (framing == MW_MODBUS_TCP ? 259 : 255));
        }
    }
    frames_free(copy, count);
    return status;
}

/* A receiver: what came and was not yet taken, and where the frames it found began and ended in the stream. */
typedef struct receiver {
    mw_modbus_framing framing;
    uint8_t bytes[FRAMES_MOST];
    size_t count;
    size_t passed; /* bytes of the stream in front of those */
    size_t begins[64];
    size_t ends[64];
    size_t found;
} receiver;

static void receive(receiver *r, const uint8_t *bytes, size_t count, bool silent)
{
    mw_status status = MW_OK;
    if (count > 0) {
        memcpy(r->bytes + r->count, bytes, count);
    }
    r->count += count;
    while (status == MW_OK && r->found < MW_COUNT(r->begins)) {
        size_t length;
        size_t skip;
        status = find(r->framing, r->bytes, r->count, silent, &skip, &length);
        if (status == MW_OK) {
            r->begins[r->found] = r->passed + skip;
            r->ends[r->found] = r->passed + skip + length;
            r->found++;
            skip += length;
        }
        memmove(r->bytes, r->bytes + skip, r->count - skip);
        r->count -= skip;
        r->passed += skip;
    }
    assert_true(status == MW_AGAIN);
}

static void receiver_init(receiver *r, mw_modbus_framing framing)
{
    memset(r, 0, sizeof *r);
    r->framing = framing;
}

/* The frames of all examples, one after the other, and where each ends. */
static size_t put_examples(mw_modbus_framing framing, uint8_t *stream, size_t *ends)
{
    size_t length = 0;
    for (size_t i = 0; i < MW_COUNT(examples); i++) {
        length += frames_put_hex(framing, (uint16_t)(0x0101 * (i + 1)), 0x11, examples[i], stream + length);
        ends[i] = length;
    }
    return length;
}

static void check_examples(const receiver *r, const size_t *ends)
{
    assert_int_equal(r->found, MW_COUNT(examples));
    for (size_t i = 0; i < MW_COUNT(examples); i++) {
        assert_int_equal(r->begins[i], i == 0 ? 0 : ends[i - 1]);
        assert_int_equal(r->ends[i], ends[i]);
    }
    assert_int_equal(r->count, 0);
}

static receiver receivers[1]; /* large for the stack of a small target */

MW_TEST(frames_one_after_the_other_are_found_in_every_split)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        uint8_t stream[FRAMES_MOST];
        size_t ends[MW_COUNT(examples)];
        const size_t length = put_examples(framings[f], stream, ends);
        for (size_t split = 0; split <= length; split++) {
            receiver_init(receivers, framings[f]);
            receive(receivers, stream, split, false);
            receive(receivers, stream + split, length - split, false);
            check_examples(receivers, ends);
        }
    }
}

MW_TEST(frames_are_found_in_pieces_of_every_size_and_at_their_last_byte)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        uint8_t stream[FRAMES_MOST];
        size_t ends[MW_COUNT(examples)];
        const size_t length = put_examples(framings[f], stream, ends);
        for (size_t piece = 1; piece <= 40; piece++) {
            receiver_init(receivers, framings[f]);
            for (size_t at = 0; at < length; at += piece) {
                const size_t more = length - at < piece ? length - at : piece;
                size_t complete = 0;
                receive(receivers, stream + at, more, false);
                while (complete < MW_COUNT(ends) && ends[complete] <= at + more) {
                    complete++;
                }
                assert_int_equal(receivers->found, complete);
            }
            check_examples(receivers, ends);
        }
    }
}

MW_TEST(a_frame_is_found_once_nothing_more_comes_and_before)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(examples); i++) {
            uint8_t frame[MW_MODBUS_FRAME_MAX];
            const size_t expected = frames_put_hex(framings[f], 7, 0x11, examples[i], frame);
            size_t skip;
            size_t length;
            for (int silent = 0; silent < 2; silent++) {
                assert_int_equal(find(framings[f], frame, expected, silent != 0, &skip, &length), MW_OK);
                assert_int_equal(skip, 0);
                assert_int_equal(length, expected);
            }
        }
    }
}

/* A frame of which all but the end came, then silence: on RTU it is thrown away; until then it is waited for. On TCP
 * silence means nothing: the rest comes sooner or later, or the connection ends. */
MW_TEST(a_cut_off_frame_is_waited_for_until_silence_or_on_tcp_always)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(examples); i++) {
            uint8_t frame[MW_MODBUS_FRAME_MAX];
            const size_t whole = frames_put_hex(framings[f], 7, 0x11, examples[i], frame);
            for (size_t count = 0; count < whole; count++) {
                size_t skip;
                size_t length;
                assert_int_equal(find(framings[f], frame, count, false, &skip, &length), MW_AGAIN);
                assert_int_equal(skip, 0);
                assert_int_equal(find(framings[f], frame, count, true, &skip, &length), MW_AGAIN);
                assert_int_equal(skip, framings[f] == MW_MODBUS_RTU ? count : 0);
            }
        }
    }
}

MW_TEST(a_frame_behind_a_cut_off_one_is_found_after_silence)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(examples); i++) {
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        const size_t whole = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, examples[i], frame);
        for (size_t cut = 1; cut < whole; cut++) {
            /* A unit that is not the byte that is missing: together they would be a frame. */
            const uint8_t unit = (uint8_t)(frame[cut] ^ 1);
            uint8_t stream[FRAMES_MOST];
            size_t skip;
            size_t length;
            size_t expected;
            memcpy(stream, frame, cut);
            expected = frames_put_hex(MW_MODBUS_RTU, 0, unit, "03 50 0C 00 06", stream + cut);
            assert_int_equal(find(MW_MODBUS_RTU, stream, cut + expected, true, &skip, &length), MW_OK);
            assert_int_equal(skip, cut);
            assert_int_equal(length, expected);
        }
    }
}

MW_TEST(a_frame_behind_noise_is_found_and_never_thrown_away)
{
    uint32_t seed = 7;
    (void)state;
    for (unsigned round = 0; round < MW_ROUNDS(2000); round++) {
        uint8_t stream[FRAMES_MOST];
        const size_t noise = round < 256 ? 1 : frames_random(&seed) % 20;
        size_t skip;
        size_t length;
        size_t expected;
        mw_status status;
        for (size_t i = 0; i < noise; i++) {
            stream[i] = round < 256 ? (uint8_t)round : frames_random(&seed);
        }
        expected = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, examples[round % MW_COUNT(examples)], stream + noise);
        assert_int_equal(find(MW_MODBUS_RTU, stream, noise + expected, true, &skip, &length), MW_OK);
        assert_int_equal(skip, noise);
        assert_int_equal(length, expected);
        status = find(MW_MODBUS_RTU, stream, noise + expected, false, &skip, &length);
        assert_true(skip <= noise); /* noise can look like the beginning of a longer frame */
        assert_true(status == MW_AGAIN || (skip == noise && length == expected));
    }
}

MW_TEST(a_frame_with_a_wrong_crc_is_passed_over)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(examples); i++) {
        uint8_t stream[FRAMES_MOST];
        const size_t bad = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, examples[i], stream);
        size_t skip;
        size_t length;
        size_t expected;
        stream[bad - 1] = (uint8_t)(stream[bad - 1] ^ 0x10);
        assert_int_equal(find(MW_MODBUS_RTU, stream, bad, true, &skip, &length), MW_AGAIN);
        expected = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, "03 00 6B 00 03", stream + bad);
        assert_int_equal(find(MW_MODBUS_RTU, stream, bad + expected, true, &skip, &length), MW_OK);
        assert_int_equal(skip, bad);
        assert_int_equal(length, expected);
    }
}

/* What a meter hears that shares its bus: the questions to the others and their answers. */
MW_TEST(replies_and_exceptions_of_other_units_are_frames)
{
    static const struct {
        uint8_t unit;
        const char *pdu;
    } bus[] = {
        {2, "03 50 00 00 02"},
        {2, "03 04 43 66 80 00"},
        {3, "04 00 08 00 01"},
        {3, "84 02"},
        {0, "06 40 16 00 00"},
        {4, "10 40 0D 00 02 04 41 20 00 00"},
        {4, "10 40 0D 00 02"},
        {1, "03 50 00 00 38"},
        {9, "03 00 00 00 01"},
        {9, "83 0B"},
        {1, "06 60 48 00 02"},
        {1, "06 60 48 00 02"},
        {247, "17 00 03 00 06 00 0E 00 01 02 00 FF"},
    };
    uint8_t stream[FRAMES_MOST];
    size_t ends[MW_COUNT(bus)];
    size_t length = 0;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bus); i++) {
        length += frames_put_hex(MW_MODBUS_RTU, 0, bus[i].unit, bus[i].pdu, stream + length);
        ends[i] = length;
    }
    for (size_t piece = 1; piece <= length; piece++) {
        receiver_init(receivers, MW_MODBUS_RTU);
        for (size_t at = 0; at < length; at += piece) {
            receive(receivers, stream + at, length - at < piece ? length - at : piece, false);
        }
        assert_int_equal(receivers->found, MW_COUNT(bus));
        for (size_t i = 0; i < MW_COUNT(bus); i++) {
            assert_int_equal(receivers->begins[i], i == 0 ? 0 : ends[i - 1]);
            assert_int_equal(receivers->ends[i], ends[i]);
        }
    }
}

/* Functions whose layout nobody knows, and diagnostics with as much data as one likes: silence ends them. */
MW_TEST(rtu_frames_of_any_function_are_found_at_silence)
{
    static const char *const pdus[] = {"41",    "48 01 02 03",          "64 00 00 00 00 00",
                                       "6E FF", "2B 0D 01 02",          "7F",
                                       "09 01", "08 00 00 A5 37 01 02", "08 00 00 11 22 33 44 55 66"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pdus); i++) {
        for (size_t noise = 0; noise < 3; noise++) {
            uint8_t stream[FRAMES_MOST] = {0xFF, 0xFE};
            size_t skip;
            size_t length;
            const size_t expected = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, pdus[i], stream + noise);
            if (noise == 0) { /* nothing is thrown away before the silence */
                for (size_t count = 0; count <= expected; count++) {
                    const mw_status status = find(MW_MODBUS_RTU, stream, count, false, &skip, &length);
                    assert_true(skip == 0);
                    assert_int_equal(status, MW_AGAIN);
                }
            }
            assert_int_equal(find(MW_MODBUS_RTU, stream, noise + expected, true, &skip, &length), MW_OK);
            assert_int_equal(skip, noise);
            assert_int_equal(length, expected);
            stream[noise + 1] ^= 4;
            assert_int_equal(find(MW_MODBUS_RTU, stream, noise + expected, true, &skip, &length), MW_AGAIN);
            assert_int_equal(skip, noise + expected);
        }
    }
}

MW_TEST(rtu_frames_of_any_function_have_at_most_256_bytes)
{
    uint8_t pdu[MW_MODBUS_PDU_MAX + 1] = {65};
    uint8_t frame[FRAMES_MOST];
    size_t skip;
    size_t length;
    (void)state;
    assert_int_equal(frames_put(MW_MODBUS_RTU, 0, 1, pdu, 253, frame), 256);
    assert_int_equal(find(MW_MODBUS_RTU, frame, 256, true, &skip, &length), MW_OK);
    assert_int_equal(length, 256);
    assert_int_equal(frames_put(MW_MODBUS_RTU, 0, 1, pdu, 254, frame), 257);
    assert_int_equal(find(MW_MODBUS_RTU, frame, 257, true, &skip, &length), MW_AGAIN);
}

/* Intact, but not as long as their function says: S05 to S09 on a serial line, to be refused rather than not heard. */
MW_TEST(rtu_frames_of_a_wrong_length_are_found_at_silence)
{
    static const char *const pdus[] = {
        "03",       "03 00 10", "03 00 10 00 01 00",      "06 00 10 12 34 56", "01 00", "10 00 10 00 02 04 12 34",
        "16 00 10", "2B 0E 01", "11 00 00 00 00 00 00 00"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pdus); i++) {
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        size_t skip;
        size_t length;
        const size_t expected = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, pdus[i], frame);
        assert_int_equal(find(MW_MODBUS_RTU, frame, expected, true, &skip, &length), MW_OK);
        assert_int_equal(skip, 0);
        assert_int_equal(length, expected);
    }
}

MW_TEST(the_longest_frames_are_found)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        uint8_t pdu[MW_MODBUS_PDU_MAX] = {20, 251}; /* 2 + 251 = 253 */
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        const size_t expected = frames_put(framings[f], 1, 1, pdu, sizeof pdu, frame);
        size_t skip;
        size_t length;
        assert_int_equal(expected, framings[f] == MW_MODBUS_TCP ? 260 : 256);
        assert_int_equal(find(framings[f], frame, expected - 1, false, &skip, &length), MW_AGAIN);
        assert_int_equal(skip, 0);
        assert_int_equal(find(framings[f], frame, expected, false, &skip, &length), MW_OK);
        assert_int_equal(skip, 0);
        assert_int_equal(length, expected);
    }
}

/* On TCP the header alone says how far a frame reaches, whatever its function is. */
MW_TEST(tcp_frames_of_any_function_are_found)
{
    (void)state;
    for (unsigned function = 0; function < 256; function++) {
        const uint8_t pdu[] = {(uint8_t)function, 1, 2, 3};
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        const size_t expected = frames_put(MW_MODBUS_TCP, 0xFFFF, 1, pdu, sizeof pdu, frame);
        size_t skip;
        size_t length;
        assert_int_equal(find(MW_MODBUS_TCP, frame, expected, false, &skip, &length), MW_OK);
        assert_int_equal(skip, 0);
        assert_int_equal(length, expected);
    }
}

/* No two bytes of the bad frames, and of what follows, look like another header with a possible length: such a one
 * could not be told from a good one. Hence the transaction FF24, as a length beyond 254. */
MW_TEST(a_tcp_frame_behind_a_bad_header_is_found)
{
    static const struct {
        const char *id;
        const char *bad;
    } rows[] = {
        {"T04 protocol 1", "11 12 00 01 00 06 01 03 14 15 16 17"},
        {"T04 protocol 256", "11 12 01 00 00 06 01 03 14 15 16 17"},
        {"T11 length 0", "11 12 00 00 00 00"},
        {"length 1", "11 12 00 00 00 01 01"},
        {"T07 length 255", "11 12 00 00 00 FF 01 03 14 15 16 17"},
        {"length 256", "11 12 00 00 01 00 01 03 14 15 16 17"},
        {"T12 length 65535", "11 12 00 00 FF FF 01 03 14 15 16 17"},
        {"noise", "11"},
        {"noise", "11 12 13 14 15 16 17"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        uint8_t stream[FRAMES_MOST];
        size_t ends[3];
        size_t length = frames_put_hex(MW_MODBUS_TCP, 0x2122, 1, "03 31 32 33 34", stream);
        ends[0] = length;
        length += mw_hex(rows[i].bad, stream + length, 32);
        ends[1] = length;
        length += frames_put_hex(MW_MODBUS_TCP, 0xFF24, 1, "03 31 32 33 34", stream + length);
        ends[2] = length;
        for (size_t piece = 1; piece <= length; piece++) {
            receiver_init(receivers, MW_MODBUS_TCP);
            for (size_t at = 0; at < length; at += piece) {
                receive(receivers, stream + at, length - at < piece ? length - at : piece, false);
            }
            if (receivers->found != 2 || receivers->begins[1] != ends[1] || receivers->ends[1] != ends[2]) {
                printf("%s\n", rows[i].id);
                assert_true(false);
            }
        }
    }
}

/* The first byte that cannot be right is enough: nothing is waited for that cannot come. */
MW_TEST(a_bad_tcp_header_is_passed_over_as_soon_as_it_shows)
{
    static const struct {
        const char *bytes;
        bool good;
    } rows[] = {
        {"11", true},
        {"11 12", true},
        {"11 12 13", false},
        {"11 12 00", true},
        {"11 12 00 13", false},
        {"11 12 00 00", true},
        {"11 12 00 00 01", false},
        {"11 12 00 00 00", true},
        {"11 12 00 00 00 00", false},
        {"11 12 00 00 00 01", false},
        {"11 12 00 00 00 02", true},
        {"11 12 00 00 00 FE", true}, /* 254: unit and 253 bytes */
        {"11 12 00 00 00 FF", false},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        uint8_t bytes[8];
        const size_t count = mw_hex(rows[i].bytes, bytes, sizeof bytes);
        size_t skip;
        size_t length;
        assert_int_equal(find(MW_MODBUS_TCP, bytes, count, false, &skip, &length), MW_AGAIN);
        assert_int_equal(skip == 0, rows[i].good);
    }
}

MW_TEST(no_bytes_are_no_frame_and_may_be_null)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (int silent = 0; silent < 2; silent++) {
            size_t skip = UNTOUCHED;
            size_t length = UNTOUCHED;
            assert_int_equal(mw_modbus_find(framings[f], NULL, 0, silent != 0, &skip, &length), MW_AGAIN);
            assert_int_equal(skip, 0);
        }
    }
}

/* find() above checks each answer. Bytes are mostly such as begin frames. */
MW_TEST(noise_never_leads_outside_nor_stands_still)
{
    static const uint8_t likely[] = {0, 0, 0, 1, 2, 3, 4, 6, 16, 23, 0x83, 0xFF};
    uint32_t seed = 3;
    (void)state;
    for (unsigned round = 0; round < MW_ROUNDS(2000); round++) {
        const mw_modbus_framing framing = framings[round % 2];
        uint8_t noise[300];
        const size_t count = (size_t)frames_random(&seed) + frames_random(&seed) % 44;
        size_t skip;
        size_t length;
        for (size_t i = 0; i < count; i++) {
            const uint8_t byte = frames_random(&seed);
            noise[i] = frames_random(&seed) < 200 ? likely[byte % MW_COUNT(likely)] : byte;
        }
        (void)find(framing, noise, count, true, &skip, &length);
        if (find(framing, noise, count, false, &skip, &length) == MW_AGAIN) {
            size_t again;
            assert_int_equal(find(framing, noise + skip, count - skip, false, &again, &length), MW_AGAIN);
            assert_int_equal(again, 0);
        }
        receiver_init(receivers, framing);
        for (size_t at = 0; at < count; at += 10) {
            receive(receivers, noise + at, count - at < 10 ? count - at : 10, false);
        }
        receive(receivers, NULL, 0, true);
        assert_int_equal(receivers->passed + receivers->count, count);
        assert_true(receivers->count == 0 || framing == MW_MODBUS_TCP);
    }
}

/* Function 41 is nobody's, so that only silence ends it; a frame has 256 bytes at most. */
MW_TEST(what_is_longer_than_a_frame_is_not_the_beginning_of_one)
{
    uint8_t stream[260];
    size_t skip = 0;
    size_t length = 0;
    (void)state;
    memset(stream, 0x41, sizeof stream);
    assert_int_equal(find(MW_MODBUS_RTU, stream, 255, false, &skip, &length), MW_AGAIN);
    assert_int_equal(skip, 0);
    assert_int_equal(find(MW_MODBUS_RTU, stream, 256, false, &skip, &length), MW_AGAIN);
    assert_int_equal(skip, 1);
    assert_int_equal(find(MW_MODBUS_RTU, stream, 260, false, &skip, &length), MW_AGAIN);
    assert_int_equal(skip, 5);
}

MW_TESTS(MW_CASE(identifications_are_as_long_as_their_objects), MW_CASE(a_queue_has_no_count_above_255),
         MW_CASE(rtu_frames_of_any_function_are_found_at_silence),
         MW_CASE(rtu_frames_of_a_wrong_length_are_found_at_silence),
         MW_CASE(rtu_frames_of_any_function_have_at_most_256_bytes),
         MW_CASE(requests_are_as_long_as_the_specification_says),
         MW_CASE(replies_are_as_long_as_the_specification_says),
         MW_CASE(exceptions_are_two_bytes_whatever_the_function), MW_CASE(no_bytes_tell_nothing_and_may_be_null),
         MW_CASE(examples_of_the_specification_have_their_own_length),
         MW_CASE(counts_that_exceed_a_pdu_belong_to_nothing),
         MW_CASE(frames_one_after_the_other_are_found_in_every_split),
         MW_CASE(frames_are_found_in_pieces_of_every_size_and_at_their_last_byte),
         MW_CASE(a_frame_is_found_once_nothing_more_comes_and_before),
         MW_CASE(a_cut_off_frame_is_waited_for_until_silence_or_on_tcp_always),
         MW_CASE(a_frame_behind_a_cut_off_one_is_found_after_silence),
         MW_CASE(a_frame_behind_noise_is_found_and_never_thrown_away), MW_CASE(a_frame_with_a_wrong_crc_is_passed_over),
         MW_CASE(replies_and_exceptions_of_other_units_are_frames), MW_CASE(the_longest_frames_are_found),
         MW_CASE(tcp_frames_of_any_function_are_found), MW_CASE(a_tcp_frame_behind_a_bad_header_is_found),
         MW_CASE(a_bad_tcp_header_is_passed_over_as_soon_as_it_shows), MW_CASE(no_bytes_are_no_frame_and_may_be_null),
         MW_CASE(noise_never_leads_outside_nor_stands_still),
         MW_CASE(what_is_longer_than_a_frame_is_not_the_beginning_of_one))
