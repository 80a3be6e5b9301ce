/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

#include "modbus_frames.h"

#define UNTOUCHED ((size_t)12345)

typedef mw_status (*encoder)(mw_modbus_framing, const mw_modbus_request *, uint8_t *, size_t, size_t *);

static const mw_modbus_framing framings[] = {MW_MODBUS_RTU, MW_MODBUS_TCP};

static mw_modbus_request request_of(uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                                    const uint8_t *data)
{
    mw_modbus_request request;
    request.transaction = 0x1234;
    request.unit = unit;
    request.function = function;
    request.address = address;
    request.count = count;
    request.data = data;
    return request;
}

/* Encodes into a room that is just large enough, and compares. */
static void check_frame(encoder encode, mw_modbus_framing framing, const mw_modbus_request *request, size_t size,
                        const char *expected_hex)
{
    uint8_t expected[MW_MODBUS_FRAME_MAX];
    const size_t expected_length = mw_hex(expected_hex, expected, sizeof expected);
    uint8_t *const frame = frames_room();
    size_t length = UNTOUCHED;
    assert_int_equal(encode(framing, request, frame, size, &length), MW_OK);
    assert_int_equal(length, expected_length);
    assert_memory_equal(frame, expected, expected_length);
    assert_true(frames_intact_from(expected_length));
}

/* Nothing at all may have been written. */
static void check_refused(encoder encode, mw_modbus_framing framing, const mw_modbus_request *request, size_t size,
                          mw_status status)
{
    uint8_t *const frame = frames_room();
    size_t length = UNTOUCHED;
    assert_int_equal(encode(framing, request, frame, size, &length), status);
    assert_int_equal(length, UNTOUCHED);
    assert_true(frames_intact_from(0));
}

MW_TEST(read_requests_are_the_known_frames_of_a_meter)
{
    static const struct {
        uint16_t address;
        uint16_t count;
        const char *frame;
    } rows[] = {
        {0x4002, 1, "01 03 40 02 00 01 30 0A"},   {0x4000, 2, "01 03 40 00 00 02 D1 CB"},
        {0x4000, 37, "01 03 40 00 00 25 91 D1"},  {0x5000, 56, "01 03 50 00 00 38 55 18"},
        {0x6000, 125, "01 03 60 00 00 7D 9B EB"}, {0x607D, 20, "01 03 60 7D 00 14 CB DD"},
        {0x6100, 125, "01 03 61 00 00 7D 9A 17"}, {0x617D, 34, "01 03 61 7D 00 22 4A 37"},
        {0x500C, 6, "01 03 50 0C 00 06 14 CB"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        const mw_modbus_request request = request_of(1, 3, rows[i].address, rows[i].count, NULL);
        check_frame(mw_modbus_encode_read, MW_MODBUS_RTU, &request, MW_MODBUS_READ_BYTES, rows[i].frame);
    }
}

MW_TEST(write_requests_are_the_known_frames_of_a_meter)
{
    static const struct {
        uint8_t function;
        uint16_t address;
        uint16_t count;
        uint8_t data[4];
        const char *frame;
    } rows[] = {
        {6, 0x4003, 1, {0x00, 0x0A}, "01 06 40 03 00 0A EC 0D"},
        {6, 0x4004, 1, {0x00, 0x06}, "01 06 40 04 00 06 5D C9"},
        {16, 0x400D, 2, {0x41, 0x20, 0x00, 0x00}, "01 10 40 0D 00 02 04 41 20 00 00 16 03"},
        {6, 0x400F, 1, {0x00, 0x04}, "01 06 40 0F 00 04 AD CA"},
        {6, 0x4010, 1, {0x00, 0x25}, "01 06 40 10 00 25 5C 14"},
        {6, 0x4011, 1, {0x00, 0x02}, "01 06 40 11 00 02 4D CE"},
        {6, 0x4016, 1, {0x00, 0x00}, "01 06 40 16 00 00 7D CE"},
        {6, 0x6048, 1, {0x00, 0x02}, "01 06 60 48 00 02 96 1D"},
        {16, 0x6049, 2, {0x00, 0x00, 0x00, 0x00}, "01 10 60 49 00 02 04 00 00 00 00 9F F7"},
        {16, 0x401F, 2, {0x99, 0x95, 0x00, 0x05}, "01 10 40 1F 00 02 04 99 95 00 05 7D 93"},
        {16, 0x401F, 2, {0x27, 0x0B, 0x00, 0x05}, "01 10 40 1F 00 02 04 27 0B 00 05 38 55"},
        {6, 0x4021, 1, {0x00, 0x30}, "01 06 40 21 00 30 CC 14"},
        {6, 0x4022, 1, {0x00, 0x02}, "01 06 40 22 00 02 BD C1"},
        {6, 0x4026, 1, {0x00, 0x02}, "01 06 40 26 00 02 FC 00"},
        {6, 0x4032, 1, {0x00, 0x01}, "01 06 40 32 00 01 FC 05"},
        {6, 0x4033, 1, {0x00, 0x01}, "01 06 40 33 00 01 AD C5"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        const size_t data_bytes = 2 * (size_t)rows[i].count;
        uint8_t *const data = frames_copy(rows[i].data, data_bytes);
        const mw_modbus_request request = request_of(1, rows[i].function, rows[i].address, rows[i].count, data);
        check_frame(mw_modbus_encode_write, MW_MODBUS_RTU, &request, rows[i].function == 6 ? 8 : 9 + data_bytes,
                    rows[i].frame);
        frames_free(data, data_bytes);
    }
}

/* The requests of AP 6.3, 6.4, 6.6 and 6.12 to unit 17; a TCP frame has no CRC, but the length behind the header. */
MW_TEST(examples_of_the_specification_in_both_framings)
{
    static const uint8_t single[] = {0x00, 0x03};
    static const uint8_t several[] = {0x00, 0x0A, 0x01, 0x02};
    const mw_modbus_request holding = request_of(17, 3, 0x006B, 3, NULL);
    const mw_modbus_request input = request_of(17, 4, 0x0008, 1, NULL);
    const mw_modbus_request one = request_of(17, 6, 0x0001, 1, single);
    const mw_modbus_request two = request_of(17, 16, 0x0001, 2, several);
    (void)state;
    check_frame(mw_modbus_encode_read, MW_MODBUS_RTU, &holding, 12, "11 03 00 6B 00 03 76 87");
    check_frame(mw_modbus_encode_read, MW_MODBUS_RTU, &input, 12, "11 04 00 08 00 01 B2 98");
    check_frame(mw_modbus_encode_write, MW_MODBUS_RTU, &one, 8, "11 06 00 01 00 03 9A 9B");
    check_frame(mw_modbus_encode_write, MW_MODBUS_RTU, &two, 13, "11 10 00 01 00 02 04 00 0A 01 02 C6 F0");
    check_frame(mw_modbus_encode_read, MW_MODBUS_TCP, &holding, 12, "12 34 00 00 00 06 11 03 00 6B 00 03");
    check_frame(mw_modbus_encode_read, MW_MODBUS_TCP, &input, 12, "12 34 00 00 00 06 11 04 00 08 00 01");
    check_frame(mw_modbus_encode_write, MW_MODBUS_TCP, &one, 12, "12 34 00 00 00 06 11 06 00 01 00 03");
    check_frame(mw_modbus_encode_write, MW_MODBUS_TCP, &two, 17, "12 34 00 00 00 0B 11 10 00 01 00 02 04 00 0A 01 02");
}

MW_TEST(transaction_number_is_carried_as_it_is)
{
    static const uint16_t numbers[] = {0, 1, 0x00FF, 0x0100, 0x8000, 0xFFFF};
    mw_modbus_request request = request_of(1, 3, 0, 1, NULL);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(numbers); i++) {
        uint8_t *const frame = frames_room();
        size_t length = 0;
        request.transaction = numbers[i];
        assert_int_equal(mw_modbus_encode_read(MW_MODBUS_TCP, &request, frame, 12, &length), MW_OK);
        assert_int_equal(frame[0], numbers[i] / 256);
        assert_int_equal(frame[1], numbers[i] % 256);
    }
}

MW_TEST(functions_of_others_are_unsupported)
{
    static const uint8_t data[2] = {0, 0};
    (void)state;
    for (unsigned function = 0; function < 256; function++) {
        const mw_modbus_request request = request_of(1, (uint8_t)function, 0, 1, data);
        for (size_t f = 0; f < MW_COUNT(framings); f++) {
            if (function < 1 || function > 4) {
                check_refused(mw_modbus_encode_read, framings[f], &request, 260, MW_ERR_ARGUMENT);
            }
            if (function != 5 && function != 6 && function != 15 && function != 16) {
                check_refused(mw_modbus_encode_write, framings[f], &request, 260, MW_ERR_ARGUMENT);
            }
        }
    }
}

/* Encodes into a room of any size, and says only whether that worked. */
static void check_count(encoder encode, mw_modbus_framing framing, uint8_t function, unsigned count, bool good)
{
    static const uint8_t data[2 * 200] = {0};
    const mw_modbus_request request = request_of(1, function, 0, (uint16_t)count, data);
    size_t length = UNTOUCHED;
    if (good) {
        assert_int_equal(encode(framing, &request, frames_room(), 260, &length), MW_OK);
    } else {
        check_refused(encode, framing, &request, 260, MW_ERR_ARGUMENT);
    }
}

MW_TEST(counts_are_those_of_the_specification)
{
    static const unsigned far[] = {255, 256, 257, 380, 32768, 65535};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (unsigned count = 0; count <= 130; count++) {
            check_count(mw_modbus_encode_read, framings[f], 3, count, count >= 1 && count <= 125);
            check_count(mw_modbus_encode_read, framings[f], 4, count, count >= 1 && count <= 125);
            check_count(mw_modbus_encode_write, framings[f], 6, count, count == 1);
            check_count(mw_modbus_encode_write, framings[f], 16, count, count >= 1 && count <= 123);
        }
        for (size_t i = 0; i < MW_COUNT(far); i++) {
            check_count(mw_modbus_encode_read, framings[f], 3, far[i], false);
            check_count(mw_modbus_encode_read, framings[f], 4, far[i], false);
            check_count(mw_modbus_encode_write, framings[f], 6, far[i], false);
            check_count(mw_modbus_encode_write, framings[f], 16, far[i], false);
        }
    }
}

MW_TEST(registers_end_at_65535)
{
    static const uint8_t data[2 * 123] = {0};
    static const struct {
        encoder encode;
        uint8_t function;
        uint16_t address;
        uint16_t count;
        bool good;
    } rows[] = {
        {mw_modbus_encode_read, 3, 0xFFFF, 1, true},     {mw_modbus_encode_read, 3, 0xFFFF, 2, false},
        {mw_modbus_encode_read, 4, 0xFF83, 125, true}, /* 65536 - 125 */
        {mw_modbus_encode_read, 4, 0xFF84, 125, false},  {mw_modbus_encode_write, 6, 0xFFFF, 1, true},
        {mw_modbus_encode_write, 16, 0xFFFF, 1, true},   {mw_modbus_encode_write, 16, 0xFFFF, 2, false},
        {mw_modbus_encode_write, 16, 0xFF85, 123, true}, {mw_modbus_encode_write, 16, 0xFF86, 123, false},
    };
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(rows); i++) {
            const mw_modbus_request request = request_of(1, rows[i].function, rows[i].address, rows[i].count, data);
            size_t length = UNTOUCHED;
            if (rows[i].good) {
                assert_int_equal(rows[i].encode(framings[f], &request, frames_room(), 260, &length), MW_OK);
            } else {
                check_refused(rows[i].encode, framings[f], &request, 260, MW_ERR_ARGUMENT);
            }
        }
    }
}

MW_TEST(unit_0_is_a_broadcast_on_rtu_and_for_writes_only)
{
    static const uint8_t data[4] = {0, 1, 0, 2};
    const mw_modbus_request holding = request_of(0, 3, 0, 1, NULL);
    const mw_modbus_request input = request_of(0, 4, 0, 1, NULL);
    const mw_modbus_request one = request_of(0, 6, 0, 1, data);
    const mw_modbus_request two = request_of(0, 16, 0, 2, data);
    size_t length = UNTOUCHED;
    (void)state;
    check_refused(mw_modbus_encode_read, MW_MODBUS_RTU, &holding, 260, MW_ERR_ARGUMENT);
    check_refused(mw_modbus_encode_read, MW_MODBUS_RTU, &input, 260, MW_ERR_ARGUMENT);
    assert_int_equal(mw_modbus_encode_write(MW_MODBUS_RTU, &one, frames_room(), 260, &length), MW_OK);
    assert_int_equal(mw_modbus_encode_write(MW_MODBUS_RTU, &two, frames_room(), 260, &length), MW_OK);
    check_frame(mw_modbus_encode_read, MW_MODBUS_TCP, &holding, 12, "12 34 00 00 00 06 00 03 00 00 00 01");
    check_frame(mw_modbus_encode_write, MW_MODBUS_TCP, &one, 12, "12 34 00 00 00 06 00 06 00 00 00 01");
}

MW_TEST(unit_255_is_one_of_tcp)
{
    const mw_modbus_request request = request_of(255, 4, 0, 1, NULL);
    (void)state;
    check_frame(mw_modbus_encode_read, MW_MODBUS_TCP, &request, 12, "12 34 00 00 00 06 FF 04 00 00 00 01");
}

MW_TEST(a_read_needs_12_bytes_in_any_framing)
{
    const mw_modbus_request request = request_of(1, 3, 0x4000, 2, NULL);
    (void)state;
    assert_int_equal(MW_MODBUS_READ_BYTES, 12);
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t size = 0; size < 12; size++) {
            check_refused(mw_modbus_encode_read, framings[f], &request, size, MW_ERR_SPACE);
        }
    }
    check_frame(mw_modbus_encode_read, MW_MODBUS_RTU, &request, 12, "01 03 40 00 00 02 D1 CB");
    check_frame(mw_modbus_encode_read, MW_MODBUS_TCP, &request, 12, "12 34 00 00 00 06 01 03 40 00 00 02");
}

/* Bytes of the frame of a write: unit or header, function, address, value or count with its bytes, CRC. */
static size_t write_length(mw_modbus_framing framing, uint8_t function, unsigned count)
{
    return (framing == MW_MODBUS_TCP ? 7 : 1) + (function == 6 ? 5 : 6 + 2 * (size_t)count) +
           (framing == MW_MODBUS_TCP ? 0 : 2);
}

MW_TEST(a_write_into_less_than_its_length_writes_nothing)
{
    static const uint8_t data[2 * 123] = {1, 2, 3, 4};
    static const unsigned counts[] = {1, 2, 3, 60, 122, 123};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        const mw_modbus_request one = request_of(1, 6, 0x10, 1, data);
        for (size_t size = 0; size < write_length(framings[f], 6, 1); size++) {
            check_refused(mw_modbus_encode_write, framings[f], &one, size, MW_ERR_SPACE);
        }
        for (size_t i = 0; i < MW_COUNT(counts); i++) {
            const mw_modbus_request several = request_of(1, 16, 0x10, (uint16_t)counts[i], data);
            for (size_t size = 0; size < write_length(framings[f], 16, counts[i]); size++) {
                check_refused(mw_modbus_encode_write, framings[f], &several, size, MW_ERR_SPACE);
            }
        }
    }
}

MW_TEST(a_write_of_every_count_fills_just_its_length)
{
    uint8_t values[2 * 123];
    (void)state;
    for (size_t i = 0; i < sizeof values; i++) {
        values[i] = (uint8_t)(i + 1);
    }
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (unsigned count = 1; count <= 123; count++) {
            const size_t expected = write_length(framings[f], 16, count);
            uint8_t *const data = frames_copy(values, 2 * count);
            const mw_modbus_request request = request_of(9, 16, 0x0102, (uint16_t)count, data);
            uint8_t pdu[6 + 2 * 123] = {16, 1, 2, 0, 0, 0};
            uint8_t whole[MW_MODBUS_FRAME_MAX];
            uint8_t *const frame = frames_room();
            size_t length = UNTOUCHED;
            pdu[4] = (uint8_t)count;
            pdu[5] = (uint8_t)(2 * count);
            memcpy(pdu + 6, values, 2 * count);
            assert_int_equal(mw_modbus_encode_write(framings[f], &request, frame, expected, &length), MW_OK);
            assert_int_equal(length, expected);
            assert_int_equal(frames_put(framings[f], 0x1234, 9, pdu, 6 + 2 * count, whole), expected);
            assert_memory_equal(frame, whole, expected);
            assert_true(frames_intact_from(expected));
            frames_free(data, 2 * count);
        }
    }
}

MW_TEST(no_room_at_all_may_be_null)
{
    static const uint8_t data[2] = {0, 0};
    const mw_modbus_request read = request_of(1, 3, 0, 1, NULL);
    const mw_modbus_request write = request_of(1, 6, 0, 1, data);
    size_t length = UNTOUCHED;
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        assert_int_equal(mw_modbus_encode_read(framings[f], &read, NULL, 0, &length), MW_ERR_SPACE);
        assert_int_equal(mw_modbus_encode_write(framings[f], &write, NULL, 0, &length), MW_ERR_SPACE);
        assert_int_equal(mw_modbus_seal(framings[f], 0, 1, NULL, 0, 5, &length), MW_ERR_SPACE);
        assert_int_equal(length, UNTOUCHED);
    }
}

/* Frames of any function. */

MW_TEST(the_pdu_stands_behind_the_unit_or_the_header)
{
    (void)state;
    assert_int_equal(mw_modbus_pdu_offset(MW_MODBUS_RTU), 1);
    assert_int_equal(mw_modbus_pdu_offset(MW_MODBUS_TCP), 7);
}

MW_TEST(seal_completes_a_pdu_of_any_length)
{
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof pdu; i++) {
        pdu[i] = (uint8_t)(i * 7 + 1);
    }
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        const size_t offset = framings[f] == MW_MODBUS_TCP ? 7 : 1;
        for (size_t pdu_bytes = 1; pdu_bytes <= 253; pdu_bytes++) {
            uint8_t expected[MW_MODBUS_FRAME_MAX];
            const size_t expected_length = frames_put(framings[f], 0xABCD, 0x11, pdu, pdu_bytes, expected);
            uint8_t *const frame = frames_room();
            size_t length = UNTOUCHED;
            memcpy(frame + offset, pdu, pdu_bytes);
            assert_int_equal(mw_modbus_seal(framings[f], 0xABCD, 0x11, frame, expected_length, pdu_bytes, &length),
                             MW_OK);
            assert_int_equal(length, expected_length);
            assert_memory_equal(frame, expected, expected_length);
            assert_true(frames_intact_from(expected_length));
        }
    }
}

MW_TEST(seal_into_less_than_the_length_writes_nothing)
{
    static const size_t lengths[] = {1, 2, 5, 252, 253};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        const size_t overhead = framings[f] == MW_MODBUS_TCP ? 7 : 3;
        for (size_t i = 0; i < MW_COUNT(lengths); i++) {
            for (size_t size = 0; size < lengths[i] + overhead; size++) {
                size_t length = UNTOUCHED;
                assert_int_equal(mw_modbus_seal(framings[f], 1, 1, frames_room(), size, lengths[i], &length),
                                 MW_ERR_SPACE);
                assert_int_equal(length, UNTOUCHED);
                assert_true(frames_intact_from(0));
            }
        }
    }
}

MW_TEST(seal_of_no_pdu_or_too_long_a_one_is_an_argument_error)
{
    static const size_t lengths[] = {0, 254, 255, 256, 257, SIZE_MAX / 2 + 1, SIZE_MAX - 2, SIZE_MAX - 1, SIZE_MAX};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(lengths); i++) {
            size_t length = UNTOUCHED;
            assert_int_equal(mw_modbus_seal(framings[f], 1, 1, frames_room(), 272, lengths[i], &length),
                             MW_ERR_ARGUMENT);
            assert_int_equal(length, UNTOUCHED);
            assert_true(frames_intact_from(0));
        }
    }
}

/* Opens a copy of just that length; where the PDU stood. The parts stay as they are unless it succeeds. */
static mw_status open_copy(mw_modbus_framing framing, const uint8_t *bytes, size_t length, mw_modbus_frame *parts,
                           size_t *pdu_at)
{
    static const uint8_t nothing = 0;
    uint8_t *const copy = frames_copy(bytes, length);
    mw_status status;
    parts->transaction = 0x5A5A;
    parts->unit = 0x5A;
    parts->pdu = &nothing;
    parts->pdu_bytes = UNTOUCHED;
    status = mw_modbus_open(framing, copy, length, parts);
    if (status == MW_OK) {
        *pdu_at = (size_t)(parts->pdu - copy);
    } else {
        assert_int_equal(parts->transaction, 0x5A5A);
        assert_int_equal(parts->unit, 0x5A);
        assert_ptr_equal(parts->pdu, &nothing);
        assert_int_equal(parts->pdu_bytes, UNTOUCHED);
    }
    frames_free(copy, length);
    return status;
}

MW_TEST(open_takes_rtu_frames_of_4_to_256_bytes)
{
    uint8_t bytes[FRAMES_MOST];
    (void)state;
    for (size_t length = 2; length <= 262; length++) { /* each with its right CRC, even without a unit */
        mw_modbus_frame parts;
        size_t pdu_at = 0;
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (uint8_t)(i + 0x11);
        }
        assert_int_equal(frames_put_crc(bytes, length - 2), length);
        if (length < 4 || length > 256) {
            assert_int_equal(open_copy(MW_MODBUS_RTU, bytes, length, &parts, &pdu_at), MW_ERR_FRAME);
            continue;
        }
        assert_int_equal(open_copy(MW_MODBUS_RTU, bytes, length, &parts, &pdu_at), MW_OK);
        assert_int_equal(parts.transaction, 0);
        assert_int_equal(parts.unit, 0x11);
        assert_int_equal(pdu_at, 1);
        assert_int_equal(parts.pdu_bytes, length - 3);
    }
}

MW_TEST(open_of_less_than_a_frame_reads_nothing_outside)
{
    static const uint8_t bytes[8] = {0xFF, 0xFF, 0, 0, 0, 2, 1, 3};
    mw_modbus_frame parts;
    size_t pdu_at;
    (void)state;
    for (size_t length = 0; length < 4; length++) {
        assert_int_equal(open_copy(MW_MODBUS_RTU, bytes, length, &parts, &pdu_at), MW_ERR_FRAME);
    }
    for (size_t length = 0; length < 8; length++) {
        assert_int_equal(open_copy(MW_MODBUS_TCP, bytes, length, &parts, &pdu_at), MW_ERR_FRAME);
    }
    assert_int_equal(open_copy(MW_MODBUS_TCP, bytes, 8, &parts, &pdu_at), MW_OK);
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        assert_int_equal(mw_modbus_open(framings[f], NULL, 0, &parts), MW_ERR_FRAME);
    }
}

MW_TEST(open_takes_tcp_frames_of_8_to_260_bytes)
{
    uint8_t bytes[FRAMES_MOST] = {0xAB, 0xCD, 0, 0, 0, 0, 0x11, 3};
    (void)state;
    for (size_t length = 6; length <= 270; length++) {
        mw_modbus_frame parts;
        size_t pdu_at = 0;
        bytes[4] = (uint8_t)((length - 6) / 256);
        bytes[5] = (uint8_t)((length - 6) % 256);
        if (length < 8 || length > 260) {
            assert_int_equal(open_copy(MW_MODBUS_TCP, bytes, length, &parts, &pdu_at), MW_ERR_FRAME);
            continue;
        }
        assert_int_equal(open_copy(MW_MODBUS_TCP, bytes, length, &parts, &pdu_at), MW_OK);
        assert_int_equal(parts.transaction, 0xABCD);
        assert_int_equal(parts.unit, 0x11);
        assert_int_equal(pdu_at, 7);
        assert_int_equal(parts.pdu_bytes, length - 7);
    }
}

MW_TEST(open_refuses_a_header_whose_length_is_another_one)
{
    uint8_t bytes[FRAMES_MOST] = {0xAB, 0xCD, 0, 0, 0, 0, 0x11, 3};
    (void)state;
    for (size_t length = 8; length <= 260; length++) {
        const unsigned right = (unsigned)length - 6;
        const unsigned wrong[] = {right - 1, right + 1, right + 256, right << 8, 0, 1, 0xFFFF};
        for (size_t i = 0; i < MW_COUNT(wrong); i++) {
            mw_modbus_frame parts;
            size_t pdu_at;
            bytes[4] = (uint8_t)(wrong[i] >> 8);
            bytes[5] = (uint8_t)wrong[i];
            assert_int_equal(open_copy(MW_MODBUS_TCP, bytes, length, &parts, &pdu_at), MW_ERR_FRAME);
        }
    }
}

MW_TEST(open_refuses_every_protocol_number_but_0)
{
    (void)state;
    for (unsigned bit = 0; bit < 16; bit++) {
        uint8_t bytes[] = {0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2};
        mw_modbus_frame parts;
        size_t pdu_at;
        bytes[2] = (uint8_t)(1u << bit >> 8);
        bytes[3] = (uint8_t)(1u << bit);
        assert_int_equal(open_copy(MW_MODBUS_TCP, bytes, sizeof bytes, &parts, &pdu_at), MW_ERR_FRAME);
    }
}

MW_TEST(every_single_bit_error_of_an_rtu_frame_is_noticed)
{
    static const size_t lengths[] = {4, 5, 8, 13, 255, 256};
    uint8_t bytes[MW_MODBUS_RTU_MAX];
    (void)state;
    for (size_t i = 0; i < MW_COUNT(lengths); i++) {
        for (size_t j = 0; j < lengths[i]; j++) {
            bytes[j] = (uint8_t)(j * 31 + 1);
        }
        (void)frames_put_crc(bytes, lengths[i] - 2);
        for (size_t bit = 0; bit < 8 * lengths[i]; bit++) {
            mw_modbus_frame parts;
            size_t pdu_at;
            bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
            assert_int_equal(open_copy(MW_MODBUS_RTU, bytes, lengths[i], &parts, &pdu_at), MW_ERR_CHECK);
            bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
        }
    }
}

MW_TEST(an_rtu_frame_with_its_crc_bytes_exchanged_is_none)
{
    static const uint8_t bytes[] = {0x01, 0x03, 0x40, 0x02, 0x00, 0x01, 0x0A, 0x30};
    mw_modbus_frame parts;
    size_t pdu_at;
    (void)state;
    assert_int_equal(open_copy(MW_MODBUS_RTU, bytes, sizeof bytes, &parts, &pdu_at), MW_ERR_CHECK);
}

MW_TESTS(MW_CASE(read_requests_are_the_known_frames_of_a_meter),
         MW_CASE(write_requests_are_the_known_frames_of_a_meter),
         MW_CASE(examples_of_the_specification_in_both_framings), MW_CASE(transaction_number_is_carried_as_it_is),
         MW_CASE(functions_of_others_are_unsupported), MW_CASE(counts_are_those_of_the_specification),
         MW_CASE(registers_end_at_65535), MW_CASE(unit_0_is_a_broadcast_on_rtu_and_for_writes_only),
         MW_CASE(unit_255_is_one_of_tcp), MW_CASE(a_read_needs_12_bytes_in_any_framing),
         MW_CASE(a_write_into_less_than_its_length_writes_nothing),
         MW_CASE(a_write_of_every_count_fills_just_its_length), MW_CASE(no_room_at_all_may_be_null),
         MW_CASE(the_pdu_stands_behind_the_unit_or_the_header), MW_CASE(seal_completes_a_pdu_of_any_length),
         MW_CASE(seal_into_less_than_the_length_writes_nothing),
         MW_CASE(seal_of_no_pdu_or_too_long_a_one_is_an_argument_error),
         MW_CASE(open_takes_rtu_frames_of_4_to_256_bytes), MW_CASE(open_of_less_than_a_frame_reads_nothing_outside),
         MW_CASE(open_takes_tcp_frames_of_8_to_260_bytes), MW_CASE(open_refuses_a_header_whose_length_is_another_one),
         MW_CASE(open_refuses_every_protocol_number_but_0), MW_CASE(every_single_bit_error_of_an_rtu_frame_is_noticed),
         MW_CASE(an_rtu_frame_with_its_crc_bytes_exchanged_is_none))
