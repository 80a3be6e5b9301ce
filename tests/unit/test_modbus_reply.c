/* SPDX-License-Identifier: MIT */
/* Rows named R.. and T.. are wrong answers under which other libraries overflow, desynchronize or succeed. */
#include <meterwire/modbus.h>

#include "modbus_frames.h"

static const mw_modbus_framing framings[] = {MW_MODBUS_RTU, MW_MODBUS_TCP};

/* What the reply is full of before a call. */
static const uint8_t nothing = 0;
#define OLD_EXCEPTION 0xEE
#define OLD_BYTES     ((size_t)12345)

typedef struct outcome {
    mw_status status;
    uint8_t exception;
    size_t data_at; /* of the data in the frame */
    size_t data_bytes;
} outcome;

/* Decodes copies that have nothing readable around them. Whatever is not documented to change must not. */
static outcome decode(mw_modbus_framing framing, const uint8_t *request, size_t request_length, const uint8_t *frame,
                      size_t length)
{
    uint8_t *const request_copy = frames_copy(request, request_length);
    uint8_t *const copy = frames_copy(frame, length);
    mw_modbus_reply reply;
    outcome result;
    memset(&reply, 0, sizeof reply);
    reply.exception = OLD_EXCEPTION;
    reply.data = &nothing;
    reply.data_bytes = OLD_BYTES;
    result.status = mw_modbus_decode_reply(framing, request_copy, request_length, copy, length, &reply);
    result.exception = reply.exception;
    result.data_bytes = reply.data_bytes;
    result.data_at = 0;
    if (result.status == MW_OK) {
        result.data_at = reply.data_bytes > 0 ? (size_t)(reply.data - copy) : 0;
    } else {
        assert_ptr_equal(reply.data, &nothing);
        assert_int_equal(reply.data_bytes, OLD_BYTES);
        if (result.status != MW_ERR_REFUSED) {
            assert_int_equal(reply.exception, OLD_EXCEPTION);
        }
    }
    frames_free(copy, length);
    frames_free(request_copy, request_length);
    return result;
}

/* The same for PDUs, both of unit 1, and on TCP of transaction 2. */
static outcome decode_pdu(mw_modbus_framing framing, const char *request_hex, const uint8_t *pdu, size_t pdu_bytes)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    uint8_t frame[FRAMES_MOST];
    const size_t request_length = frames_put_hex(framing, 2, 1, request_hex, request);
    return decode(framing, request, request_length, frame, frames_put(framing, 2, 1, pdu, pdu_bytes, frame));
}

static outcome decode_hex(mw_modbus_framing framing, const char *request_hex, const char *pdu_hex)
{
    uint8_t pdu[MW_MODBUS_FRAME_MAX];
    return decode_pdu(framing, request_hex, pdu, mw_hex(pdu_hex, pdu, sizeof pdu));
}

static void check_exception(outcome result, unsigned exception)
{
    assert_int_equal(result.status, MW_ERR_REFUSED);
    assert_int_equal(result.exception, exception);
}

static void check_read(mw_modbus_framing framing, outcome result, size_t data_bytes)
{
    assert_int_equal(result.status, MW_OK);
    assert_int_equal(result.exception, 0);
    assert_int_equal(result.data_bytes, data_bytes);
    assert_int_equal(result.data_at, framing == MW_MODBUS_TCP ? 9 : 3);
}

static void check_written(outcome result)
{
    assert_int_equal(result.status, MW_OK);
    assert_int_equal(result.exception, 0);
    assert_int_equal(result.data_bytes, 0);
}

/* The requests of the tables: two registers at 0, and on TCP transaction 2. */
static const uint8_t rtu_request[] = {0x01, 0x03, 0x00, 0x00, 0x00, 0x02, 0xC4, 0x0B};
static const uint8_t tcp_request[] = {0x00, 0x02, 0x00, 0x00, 0x00, 0x06, 0x01, 0x03, 0x00, 0x00, 0x00, 0x02};

static outcome decode_rtu(const uint8_t *frame, size_t length)
{
    return decode(MW_MODBUS_RTU, rtu_request, sizeof rtu_request, frame, length);
}

static outcome decode_tcp(const char *frame_hex)
{
    uint8_t frame[FRAMES_MOST];
    return decode(MW_MODBUS_TCP, tcp_request, sizeof tcp_request, frame, mw_hex(frame_hex, frame, sizeof frame));
}

MW_TEST(answers_of_a_meter)
{
    static const uint8_t request[] = {0x01, 0x03, 0x50, 0x0C, 0x00, 0x06, 0x14, 0xCB};
    static const uint8_t frame[] = {0x01, 0x03, 0x0C, 0x41, 0x80, 0x00, 0x00, 0x41, 0x80,
                                    0x00, 0x00, 0x41, 0x80, 0x00, 0x00, 0x97, 0xAE};
    mw_modbus_reply reply;
    (void)state;
    assert_int_equal(mw_modbus_decode_reply(MW_MODBUS_RTU, request, sizeof request, frame, sizeof frame, &reply),
                     MW_OK);
    assert_int_equal(reply.exception, 0);
    assert_ptr_equal(reply.data, frame + 3);
    assert_int_equal(reply.data_bytes, 12);
    for (size_t i = 0; i < 6; i += 2) {
        assert_int_equal(mw_modbus_u32(reply.data, i, MW_MODBUS_ABCD), 0x41800000); /* 16 A */
    }
}

/* AP 6.3, 6.4, 6.6 and 6.12. */
/* A reply may be one byte long, as that of a function of the maker's. */
MW_TEST(data_of_the_shortest_reply_are_inside_it)
{
    static const uint8_t frame[] = {0, 7, 0, 0, 0, 2, 1, 0x41};
    mw_modbus_reply reply;
    (void)state;
    assert_int_equal(mw_modbus_decode_reply(MW_MODBUS_TCP, frame, sizeof frame, frame, sizeof frame, &reply), MW_OK);
    assert_int_equal(reply.data_bytes, 0);
    assert_int_equal(reply.data - frame, sizeof frame);
}

MW_TEST(examples_of_the_specification)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        check_read(framings[f], decode_hex(framings[f], "03 00 6B 00 03", "03 06 02 2B 00 00 00 64"), 6);
        check_read(framings[f], decode_hex(framings[f], "04 00 08 00 01", "04 02 00 0A"), 2);
        check_written(decode_hex(framings[f], "06 00 01 00 03", "06 00 01 00 03"));
        check_written(decode_hex(framings[f], "10 00 01 00 02 04 00 0A 01 02", "10 00 01 00 02"));
    }
}

MW_TEST(wrong_answers_on_rtu)
{
    static const struct {
        const char *id;
        const char *frame; /* without its CRC */
        mw_status status;
    } rows[] = {
        {"R03 other unit", "02 03 04 11 22 33 44", MW_ERR_MISMATCH},
        {"R04 other function", "01 04 04 11 22 33 44", MW_ERR_MISMATCH},
        {"R04 a write", "01 06 00 00 00 02", MW_ERR_MISMATCH},
        {"R08 exception of another function", "01 84 02", MW_ERR_MISMATCH},
        {"R08 of another unit", "02 83 02", MW_ERR_MISMATCH},
        {"R09 byte count 2", "01 03 02 11 22", MW_ERR_MISMATCH},
        {"R09 but four bytes", "01 03 02 11 22 33 44", MW_ERR_MISMATCH},
        {"R10 byte count 6", "01 03 06 11 22 33 44 55 66", MW_ERR_MISMATCH},
        {"R10 but four bytes", "01 03 06 11 22 33 44", MW_ERR_MISMATCH},
        {"R11 byte count 250 but four bytes", "01 03 FA 11 22 33 44", MW_ERR_MISMATCH},
        {"R13 byte count 252 but four bytes", "01 03 FC 11 22 33 44", MW_ERR_MISMATCH},
        {"R14 byte count 5", "01 03 05 11 22 33 44 55", MW_ERR_MISMATCH},
        {"R15 byte count 0", "01 03 00", MW_ERR_MISMATCH},
        {"R15 but four bytes", "01 03 00 11 22 33 44", MW_ERR_MISMATCH},
        {"R18 echo", "01 03 00 00 00 02", MW_ERR_MISMATCH},
        {"function alone", "01 03", MW_ERR_MISMATCH},
        {"exception without its code", "01 83", MW_ERR_MISMATCH},
        {"exception with a byte more", "01 83 02 00", MW_ERR_MISMATCH},
        {"exception of the length of a reply", "01 83 04 11 22 33 44", MW_ERR_MISMATCH},
        {"unknown function", "01 55 04 11 22 33 44", MW_ERR_MISMATCH},
        {"unit alone", "01", MW_ERR_FRAME},
        {"CRC alone", "", MW_ERR_FRAME},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        uint8_t frame[FRAMES_MOST];
        const size_t length = frames_put_crc(frame, mw_hex(rows[i].frame, frame, sizeof frame));
        if (decode_rtu(frame, length).status != rows[i].status) {
            printf("%s\n", rows[i].id);
            assert_true(false);
        }
        frame[length - 1] = (uint8_t)(frame[length - 1] ^ 1); /* R02, R12 */
        assert_int_equal(decode_rtu(frame, length).status, length < 4 ? MW_ERR_FRAME : MW_ERR_CHECK);
    }
}

MW_TEST(r11_to_r13_byte_counts_up_to_the_longest_frame_and_beyond)
{
    (void)state;
    for (unsigned data_bytes = 246; data_bytes <= 255; data_bytes++) {
        uint8_t frame[FRAMES_MOST] = {0x01, 0x03};
        size_t length;
        frame[2] = (uint8_t)data_bytes;
        length = frames_put_crc(frame, 3 + data_bytes);
        assert_int_equal(decode_rtu(frame, length).status, data_bytes <= 251 ? MW_ERR_MISMATCH : MW_ERR_FRAME);
        frame[length - 2] = (uint8_t)(frame[length - 2] ^ 0x80);
        assert_int_equal(decode_rtu(frame, length).status, data_bytes <= 251 ? MW_ERR_CHECK : MW_ERR_FRAME);
    }
}

MW_TEST(r16_a_truncated_answer_is_no_answer)
{
    uint8_t frame[] = {0x01, 0x03, 0x04, 0x11, 0x22, 0x33, 0x44, 0, 0};
    (void)state;
    (void)frames_put_crc(frame, 7);
    for (size_t length = 0; length < sizeof frame; length++) {
        assert_int_equal(decode_rtu(frame, length).status, length < 4 ? MW_ERR_FRAME : MW_ERR_CHECK);
    }
    check_read(MW_MODBUS_RTU, decode_rtu(frame, sizeof frame), 4);
}

/* To find the answer behind noise, an echo or another's answer is the link's part; given whole it must not pass. */
MW_TEST(r17_to_r19_bytes_before_or_behind_an_answer_are_noticed)
{
    static const uint8_t other[] = {0x02, 0x03, 0x04, 0x11, 0x22, 0x33, 0x44};
    uint8_t bytes[64];
    uint8_t answer[] = {0x01, 0x03, 0x04, 0x11, 0x22, 0x33, 0x44, 0, 0};
    size_t length;
    (void)state;
    (void)frames_put_crc(answer, 7);
    for (unsigned noise = 0; noise < 256; noise++) {
        bytes[0] = (uint8_t)noise;
        memcpy(bytes + 1, answer, sizeof answer);
        assert_int_equal(decode_rtu(bytes, 1 + sizeof answer).status, MW_ERR_CHECK);
        memcpy(bytes, answer, sizeof answer);
        bytes[sizeof answer] = (uint8_t)noise;
        /* The CRC over all but the second of its own bytes is that byte, then 0: such a frame is intact, but too long.
         */
        assert_int_equal(decode_rtu(bytes, 1 + sizeof answer).status, noise == 0 ? MW_ERR_MISMATCH : MW_ERR_CHECK);
    }
    memcpy(bytes, rtu_request, sizeof rtu_request);
    memcpy(bytes + sizeof rtu_request, answer, sizeof answer);
    assert_int_equal(decode_rtu(bytes, sizeof rtu_request + sizeof answer).status, MW_ERR_CHECK);
    memcpy(bytes, other, sizeof other);
    length = frames_put_crc(bytes, sizeof other);
    assert_int_equal(decode_rtu(bytes, length).status, MW_ERR_MISMATCH);
    memcpy(bytes + length, answer, sizeof answer);
    assert_int_equal(decode_rtu(bytes, length + sizeof answer).status, MW_ERR_CHECK);
    check_read(MW_MODBUS_RTU, decode_rtu(bytes + length, sizeof answer), 4);
}

MW_TEST(wrong_answers_on_tcp)
{
    static const struct {
        const char *id;
        const char *frame;
        mw_status status;
    } rows[] = {
        {"the right one", "00 02 00 00 00 07 01 03 04 11 22 33 44", MW_OK},
        {"T02 previous transaction", "00 01 00 00 00 07 01 03 04 11 22 33 44", MW_ERR_MISMATCH},
        {"T02 high byte of the transaction", "01 02 00 00 00 07 01 03 04 11 22 33 44", MW_ERR_MISMATCH},
        {"T03 stale frame and the right one",
         "00 01 00 00 00 07 01 03 04 55 66 77 88 00 02 00 00 00 07 01 03 04 11 22 33 44", MW_ERR_FRAME},
        {"T04 protocol 1", "00 02 00 01 00 07 01 03 04 11 22 33 44", MW_ERR_FRAME},
        {"T04 protocol 256", "00 02 01 00 00 07 01 03 04 11 22 33 44", MW_ERR_FRAME},
        {"T05 length 3, all of the PDU", "00 02 00 00 00 03 01 03 04 11 22 33 44", MW_ERR_FRAME},
        {"T06 length 9, two bytes more", "00 02 00 00 00 09 01 03 04 11 22 33 44 55 66", MW_ERR_MISMATCH},
        {"T06 length 9, nothing more", "00 02 00 00 00 09 01 03 04 11 22 33 44", MW_ERR_FRAME},
        {"T06 length 7, two bytes more", "00 02 00 00 00 07 01 03 04 11 22 33 44 55 66", MW_ERR_FRAME},
        {"T07 length 255", "00 02 00 00 00 FF 01 03 FA 11 22 33 44", MW_ERR_FRAME},
        {"T08 other unit", "00 02 00 00 00 07 02 03 04 11 22 33 44", MW_ERR_MISMATCH},
        {"T09 byte count 250 but four bytes", "00 02 00 00 00 07 01 03 FA 11 22 33 44", MW_ERR_MISMATCH},
        {"T11 length 0", "00 02 00 00 00 00 01 03 04 11 22 33 44", MW_ERR_FRAME},
        {"T11 length 0, nothing more", "00 02 00 00 00 00", MW_ERR_FRAME},
        {"T11 length 1, unit alone", "00 02 00 00 00 01 01", MW_ERR_FRAME},
        {"T12 length 65535", "00 02 00 00 FF FF 01 03 04 11 22 33 44", MW_ERR_FRAME},
        {"T13 two bytes less", "00 02 00 00 00 05 01 03 04 11 22", MW_ERR_MISMATCH},
        {"T13 function alone", "00 02 00 00 00 02 01 03", MW_ERR_MISMATCH},
        {"T13 byte count alone", "00 02 00 00 00 03 01 03 04", MW_ERR_MISMATCH},
        {"T14 other function", "00 02 00 00 00 07 01 04 04 11 22 33 44", MW_ERR_MISMATCH},
        {"exception of another function", "00 02 00 00 00 03 01 84 02", MW_ERR_MISMATCH},
        {"exception without its code", "00 02 00 00 00 02 01 83", MW_ERR_MISMATCH},
        {"exception with a byte more", "00 02 00 00 00 04 01 83 02 00", MW_ERR_MISMATCH},
        {"exception of another unit", "00 02 00 00 00 03 02 83 02", MW_ERR_MISMATCH},
        {"exception of another transaction", "00 03 00 00 00 03 01 83 02", MW_ERR_MISMATCH},
        {"echo", "00 02 00 00 00 06 01 03 00 00 00 02", MW_ERR_MISMATCH},
        {"nothing", "", MW_ERR_FRAME},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        if (decode_tcp(rows[i].frame).status != rows[i].status) {
            printf("%s\n", rows[i].id);
            assert_true(false);
        }
    }
}

MW_TEST(t07_t09_data_of_250_bytes_for_two_registers)
{
    uint8_t frame[FRAMES_MOST] = {0, 2, 0, 0, 0, 0, 1, 3, 250};
    (void)state;
    frame[5] = 1 + 2 + 250;
    assert_int_equal(decode(MW_MODBUS_TCP, tcp_request, sizeof tcp_request, frame, 9 + 250).status, MW_ERR_MISMATCH);
    frame[5] = 255;
    assert_int_equal(decode(MW_MODBUS_TCP, tcp_request, sizeof tcp_request, frame, 9 + 250).status, MW_ERR_FRAME);
    assert_int_equal(decode(MW_MODBUS_TCP, tcp_request, sizeof tcp_request, frame, 6 + 255).status, MW_ERR_FRAME);
}

/* R05 to R07, R20, T10: also codes that the specification does not name, 0 among them. */
MW_TEST(exceptions_keep_their_code)
{
    static const char *const requests[] = {"03 00 00 00 02", "04 00 00 00 02", "06 00 00 00 02",
                                           "10 00 00 00 01 02 12 34"};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(requests); i++) {
            for (unsigned code = 0; code < 256; code++) {
                uint8_t pdu[2] = {0};
                (void)mw_hex(requests[i], pdu, 1);
                pdu[0] = (uint8_t)(pdu[0] + 0x80);
                pdu[1] = (uint8_t)code;
                check_exception(decode_pdu(framings[f], requests[i], pdu, 2), code);
            }
        }
    }
}

/* Frames of 3 to 256 bytes on RTU, as many on TCP, with every byte count: only one is the answer. */
static void check_byte_counts(mw_modbus_framing framing, unsigned registers)
{
    const size_t least = framing == MW_MODBUS_TCP ? 7 : 3;
    uint8_t request_pdu[] = {3, 0, 0, 0, (uint8_t)registers};
    uint8_t request[MW_MODBUS_FRAME_MAX];
    const size_t request_length = frames_put(framing, 2, 1, request_pdu, sizeof request_pdu, request);
    for (unsigned byte_count = 0; byte_count < 256; byte_count++) {
        uint8_t frame[FRAMES_MOST] = {0x01, 0x03};
        unsigned crc = 0xFFFF;
        for (size_t pdu_bytes = 0; pdu_bytes <= 253; pdu_bytes++) {
            const size_t length = least + pdu_bytes;
            const bool right = byte_count == 2 * registers && pdu_bytes == 2 + 2 * registers;
            outcome result;
            if (framing == MW_MODBUS_TCP) {
                const uint8_t header[] = {0, 2, 0, 0, 0, (uint8_t)(1 + pdu_bytes), 1, 3, (uint8_t)byte_count};
                memcpy(frame, header, sizeof header);
            } else { /* one byte more each time, and the CRC behind it */
                const uint8_t bytes[] = {1, 3, (uint8_t)byte_count};
                frame[pdu_bytes] = pdu_bytes < 3 ? bytes[pdu_bytes] : 0;
                crc = frames_crc_step(crc, frame[pdu_bytes]);
                frame[pdu_bytes + 1] = (uint8_t)crc;
                frame[pdu_bytes + 2] = (uint8_t)(crc >> 8);
            }
            result = decode(framing, request, request_length, frame, length);
            if (right) {
                check_read(framing, result, 2 * registers);
            } else {
                assert_int_equal(result.status, pdu_bytes == 0 ? MW_ERR_FRAME : MW_ERR_MISMATCH);
            }
        }
    }
}

MW_TEST(byte_count_and_length_of_a_read_must_both_fit_on_rtu)
{
    (void)state;
    check_byte_counts(MW_MODBUS_RTU, 2);
    check_byte_counts(MW_MODBUS_RTU, 125);
}

MW_TEST(byte_count_and_length_of_a_read_must_both_fit_on_tcp)
{
    (void)state;
    check_byte_counts(MW_MODBUS_TCP, 2);
    check_byte_counts(MW_MODBUS_TCP, 125);
}

MW_TEST(reads_of_every_count)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (unsigned function = 3; function <= 4; function++) {
            for (unsigned count = 1; count <= 125; count++) {
                const uint8_t request_pdu[] = {(uint8_t)function, 0x60, 0x00, 0x00, (uint8_t)count};
                uint8_t pdu[MW_MODBUS_PDU_MAX] = {(uint8_t)function, (uint8_t)(2 * count)};
                uint8_t request[MW_MODBUS_FRAME_MAX];
                uint8_t frame[MW_MODBUS_FRAME_MAX];
                const size_t request_length =
                    frames_put(framings[f], 0x7788, 247, request_pdu, sizeof request_pdu, request);
                const size_t length = frames_put(framings[f], 0x7788, 247, pdu, 2 + 2 * count, frame);
                check_read(framings[f], decode(framings[f], request, request_length, frame, length), 2 * count);
            }
        }
    }
}

/* Function, address and value of a single write, or count of several, come back: every other bit is another answer. */
MW_TEST(writes_must_come_back_as_they_were_sent)
{
    static const char *const requests[] = {"06 40 03 00 0A", "10 40 0D 00 02 04 41 20 00 00"};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(requests); i++) {
            uint8_t echo[5] = {0};
            (void)mw_hex(requests[i], echo, sizeof echo);
            check_written(decode_pdu(framings[f], requests[i], echo, sizeof echo));
            for (unsigned bit = 0; bit < 40; bit++) {
                echo[bit / 8] = (uint8_t)(echo[bit / 8] ^ 1u << bit % 8);
                assert_int_equal(decode_pdu(framings[f], requests[i], echo, sizeof echo).status, MW_ERR_MISMATCH);
                echo[bit / 8] = (uint8_t)(echo[bit / 8] ^ 1u << bit % 8);
            }
        }
    }
}

MW_TEST(writes_are_answered_by_just_five_bytes)
{
    static const char *const requests[] = {"06 40 03 00 0A", "10 40 0D 00 02 04 41 20 00 00"};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(requests); i++) {
            uint8_t pdu[MW_MODBUS_PDU_MAX] = {0};
            (void)mw_hex(requests[i], pdu, sizeof pdu);
            for (size_t pdu_bytes = 1; pdu_bytes <= 253; pdu_bytes++) {
                const mw_status expected = pdu_bytes == 5 ? MW_OK : MW_ERR_MISMATCH;
                assert_int_equal(decode_pdu(framings[f], requests[i], pdu, pdu_bytes).status, expected);
            }
        }
    }
}

MW_TEST(a_single_bit_in_an_rtu_answer_is_noticed)
{
    uint8_t frame[] = {0x01, 0x03, 0x04, 0x11, 0x22, 0x33, 0x44, 0, 0};
    (void)state;
    (void)frames_put_crc(frame, 7);
    for (unsigned bit = 0; bit < 8 * sizeof frame; bit++) {
        frame[bit / 8] = (uint8_t)(frame[bit / 8] ^ 1u << bit % 8);
        assert_int_equal(decode_rtu(frame, sizeof frame).status, MW_ERR_CHECK);
        frame[bit / 8] = (uint8_t)(frame[bit / 8] ^ 1u << bit % 8);
    }
}

/* Unit and transaction of both must be the same, whichever they are. */
MW_TEST(units_and_transactions_must_agree)
{
    static const uint8_t pdu[] = {3, 2, 0x11, 0x22};
    (void)state;
    for (unsigned unit = 0; unit < 256; unit++) {
        for (size_t f = 0; f < MW_COUNT(framings); f++) {
            uint8_t request[MW_MODBUS_FRAME_MAX];
            uint8_t frame[MW_MODBUS_FRAME_MAX];
            const uint8_t other = (uint8_t)(unit + 1);
            const uint8_t number = (uint8_t)(unit * 3);
            const size_t request_length = frames_put_hex(framings[f], number, (uint8_t)unit, "03 00 00 00 01", request);
            size_t length = frames_put(framings[f], number, (uint8_t)unit, pdu, sizeof pdu, frame);
            check_read(framings[f], decode(framings[f], request, request_length, frame, length), 2);
            length = frames_put(framings[f], number, other, pdu, sizeof pdu, frame);
            assert_int_equal(decode(framings[f], request, request_length, frame, length).status, MW_ERR_MISMATCH);
        }
    }
    for (unsigned bit = 0; bit < 16; bit++) {
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        const size_t length = frames_put_hex(MW_MODBUS_TCP, (uint16_t)(2 ^ 1u << bit), 1, "03 04 1 2 3 4", frame);
        assert_int_equal(decode(MW_MODBUS_TCP, tcp_request, sizeof tcp_request, frame, length).status, MW_ERR_MISMATCH);
    }
}

MW_TEST(nothing_answers_a_request_that_is_too_short_to_be_one)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        uint8_t request[MW_MODBUS_FRAME_MAX];
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        const size_t least = framings[f] == MW_MODBUS_TCP ? 12 : 6;
        const size_t length = frames_put_hex(framings[f], 2, 1, "03 02 11 22", frame);
        (void)frames_put_hex(framings[f], 2, 1, "03 00 00 00 01", request);
        for (size_t request_length = 0; request_length < least; request_length++) {
            assert_int_equal(decode(framings[f], request, request_length, frame, length).status, MW_ERR_MISMATCH);
        }
    }
}

/* Answers of any function and of 1 to 8 bytes, so also shorter than what a write gets back. */
static void check_functions(mw_modbus_framing framing, const char *request, unsigned function, unsigned second)
{
    uint8_t asked[5] = {0};
    uint8_t pdu[8] = {(uint8_t)function, (uint8_t)second, 0x40, 0x00, 0x02};
    (void)mw_hex(request, asked, sizeof asked);
    for (size_t pdu_bytes = 1; pdu_bytes <= sizeof pdu; pdu_bytes++) {
        const bool reads = asked[0] <= 4;
        const bool echoes = pdu_bytes == 5 && memcmp(asked, pdu, 5) == 0;
        const bool counts = function == asked[0] && second == 2u * asked[4] && pdu_bytes == 2 + second;
        const bool refuses = function == asked[0] + 0x80u && pdu_bytes == 2;
        const mw_status expected = refuses ? MW_ERR_REFUSED : (reads ? counts : echoes) ? MW_OK : MW_ERR_MISMATCH;
        assert_int_equal(decode_pdu(framing, request, pdu, pdu_bytes).status, expected);
    }
}

MW_TEST(answers_of_other_functions_are_not_read_beyond_their_end)
{
    static const char *const requests[] = {"03 00 40 00 02", "04 00 40 00 02", "06 00 40 00 02",
                                           "10 00 40 00 02 04 01 02 03 04"};
    static const unsigned seconds[] = {0, 1, 2, 3, 4};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(requests); i++) {
            for (unsigned function = 0; function < 256; function++) {
                for (size_t j = 0; j < MW_COUNT(seconds); j++) {
                    check_functions(framings[f], requests[i], function, seconds[j]);
                }
            }
        }
    }
}

MW_TEST(noise_never_answers)
{
    uint32_t seed = 1;
    (void)state;
    for (unsigned round = 0; round < MW_ROUNDS(4000); round++) {
        uint8_t noise[32];
        const size_t length = frames_random(&seed) % (sizeof noise + 1);
        for (size_t i = 0; i < length; i++) {
            noise[i] = frames_random(&seed);
        }
        assert_true(decode_rtu(noise, length).status < 0);
        assert_true(decode(MW_MODBUS_TCP, tcp_request, sizeof tcp_request, noise, length).status < 0);
    }
}

/* Register values; expected ones by hand from the meaning of the letters, A being the highest byte. */
static const uint8_t bytes8[] = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};

MW_TEST(a_register_has_its_high_byte_first)
{
    static const uint8_t edges[] = {0x00, 0xFF, 0xFF, 0x00, 0xFF, 0xFF, 0x80, 0x00};
    (void)state;
    assert_int_equal(mw_modbus_u16(bytes8, 0), 0x1122);
    assert_int_equal(mw_modbus_u16(bytes8, 1), 0x3344);
    assert_int_equal(mw_modbus_u16(bytes8, 3), 0x7788);
    assert_int_equal(mw_modbus_u16(bytes8 + 1, 0), 0x2233); /* need not be aligned */
    assert_int_equal(mw_modbus_u16(edges, 0), 0x00FF);
    assert_int_equal(mw_modbus_u16(edges, 1), 0xFF00);
    assert_int_equal(mw_modbus_u16(edges, 2), 0xFFFF);
    assert_int_equal(mw_modbus_u16(edges, 3), 0x8000);
}

MW_TEST(two_registers_in_four_orders)
{
    static const uint8_t high[] = {0xFF, 0x80, 0x00, 0x01};
    (void)state;
    assert_true(mw_modbus_u32(bytes8, 0, MW_MODBUS_ABCD) == 0x11223344u);
    assert_true(mw_modbus_u32(bytes8, 0, MW_MODBUS_BADC) == 0x22114433u);
    assert_true(mw_modbus_u32(bytes8, 0, MW_MODBUS_CDAB) == 0x33441122u);
    assert_true(mw_modbus_u32(bytes8, 0, MW_MODBUS_DCBA) == 0x44332211u);
    assert_true(mw_modbus_u32(bytes8, 1, MW_MODBUS_ABCD) == 0x33445566u);
    assert_true(mw_modbus_u32(bytes8, 2, MW_MODBUS_DCBA) == 0x88776655u);
    assert_true(mw_modbus_u32(high, 0, MW_MODBUS_ABCD) == 0xFF800001u);
    assert_true(mw_modbus_u32(high, 0, MW_MODBUS_BADC) == 0x80FF0100u);
    assert_true(mw_modbus_u32(high, 0, MW_MODBUS_CDAB) == 0x0001FF80u);
    assert_true(mw_modbus_u32(high, 0, MW_MODBUS_DCBA) == 0x010080FFu);
}

MW_TEST(four_registers_in_four_orders)
{
    static const uint8_t later[] = {0xEE, 0xEE, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};
    (void)state;
    assert_true(mw_modbus_u64(bytes8, 0, MW_MODBUS_ABCD) == 0x1122334455667788u); /* ABCDEFGH */
    assert_true(mw_modbus_u64(bytes8, 0, MW_MODBUS_BADC) == 0x2211443366558877u); /* BADCFEHG */
    assert_true(mw_modbus_u64(bytes8, 0, MW_MODBUS_CDAB) == 0x7788556633441122u); /* GHEFCDAB */
    assert_true(mw_modbus_u64(bytes8, 0, MW_MODBUS_DCBA) == 0x8877665544332211u); /* HGFEDCBA */
    assert_true(mw_modbus_u64(later, 1, MW_MODBUS_ABCD) == 0x1122334455667788u);
    assert_true(mw_modbus_u64(later, 1, MW_MODBUS_CDAB) == 0x7788556633441122u);
}

/* What is written is read again, and stands where the order says; bytes beside it stay. */
MW_TEST(values_there_and_back_in_four_orders)
{
    static const struct {
        mw_modbus_order order;
        uint8_t two[4];
        uint8_t four[8];
    } rows[] = {{MW_MODBUS_ABCD, {1, 2, 3, 4}, {1, 2, 3, 4, 5, 6, 7, 8}},
                {MW_MODBUS_BADC, {2, 1, 4, 3}, {2, 1, 4, 3, 6, 5, 8, 7}},
                {MW_MODBUS_CDAB, {3, 4, 1, 2}, {7, 8, 5, 6, 3, 4, 1, 2}},
                {MW_MODBUS_DCBA, {4, 3, 2, 1}, {8, 7, 6, 5, 4, 3, 2, 1}}};
    uint32_t seed = 1;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        uint8_t data[12];
        memset(data, 0xA5, sizeof data);
        mw_modbus_put_u32(data, 1, rows[i].order, 0x01020304);
        assert_memory_equal(data + 2, rows[i].two, 4);
        assert_int_equal(data[1], 0xA5);
        assert_int_equal(data[6], 0xA5);
        mw_modbus_put_u64(data, 1, rows[i].order, UINT64_C(0x0102030405060708));
        assert_memory_equal(data + 2, rows[i].four, 8);
        assert_int_equal(data[1], 0xA5);
        assert_int_equal(data[10], 0xA5);
        for (unsigned round = 0; round < MW_ROUNDS(1000); round++) {
            uint64_t value = 0;
            for (unsigned j = 0; j < 8; j++) {
                value = value << 8 | frames_random(&seed);
            }
            mw_modbus_put_u64(data, 1, rows[i].order, value);
            assert_true(mw_modbus_u64(data, 1, rows[i].order) == value);
            mw_modbus_put_u32(data, 3, rows[i].order, (uint32_t)value);
            assert_true(mw_modbus_u32(data, 3, rows[i].order) == (uint32_t)value);
            mw_modbus_put_u16(data, 0, (uint16_t)value);
            assert_int_equal(mw_modbus_u16(data, 0), (uint16_t)value);
        }
        mw_modbus_put_u32(data, 0, rows[i].order, 0xC2290000); /* IEEE 754: - 1.3203125 * 2^5 */
        assert_true(mw_modbus_f32(data, 0, rows[i].order) == -42.25f);
    }
}

MW_TEST(bits_there_and_back)
{
    uint8_t data[4] = {0, 0, 0xFF, 0};
    (void)state;
    for (size_t i = 0; i < 16; i++) {
        mw_modbus_put_bit(data, i, i % 3 == 0);
    }
    assert_int_equal(data[0], 0x49); /* bits 0, 3, 6 */
    assert_int_equal(data[1], 0x92); /* bits 9, 12, 15 */
    mw_modbus_put_bit(data, 18, false);
    assert_int_equal(data[2], 0xFB);
    assert_false(mw_modbus_bit(data, 18));
    assert_int_equal(data[3], 0);
}

MW_TEST(exceptions_of_the_specification_have_a_text)
{
    static const uint8_t named[] = {1, 2, 3, 4, 5, 6, 8, 10, 11}; /* AP 7 */
    size_t next = 0;
    (void)state;
    assert_string_equal(mw_modbus_exception_text(2), "illegal data address");
    assert_string_equal(mw_modbus_exception_text(0), "unknown exception");
    for (unsigned code = 0; code < 256; code++) {
        const bool unknown = strcmp(mw_modbus_exception_text((uint8_t)code), "unknown exception") == 0;
        if (next < MW_COUNT(named) && named[next] == code) {
            assert_false(unknown);
            next++;
        } else {
            assert_true(unknown);
        }
    }
}

MW_TESTS(MW_CASE(values_there_and_back_in_four_orders), MW_CASE(bits_there_and_back), MW_CASE(answers_of_a_meter),
         MW_CASE(data_of_the_shortest_reply_are_inside_it), MW_CASE(examples_of_the_specification),
         MW_CASE(wrong_answers_on_rtu), MW_CASE(r11_to_r13_byte_counts_up_to_the_longest_frame_and_beyond),
         MW_CASE(r16_a_truncated_answer_is_no_answer), MW_CASE(r17_to_r19_bytes_before_or_behind_an_answer_are_noticed),
         MW_CASE(wrong_answers_on_tcp), MW_CASE(t07_t09_data_of_250_bytes_for_two_registers),
         MW_CASE(exceptions_keep_their_code), MW_CASE(byte_count_and_length_of_a_read_must_both_fit_on_rtu),
         MW_CASE(byte_count_and_length_of_a_read_must_both_fit_on_tcp), MW_CASE(reads_of_every_count),
         MW_CASE(writes_must_come_back_as_they_were_sent), MW_CASE(writes_are_answered_by_just_five_bytes),
         MW_CASE(a_single_bit_in_an_rtu_answer_is_noticed), MW_CASE(units_and_transactions_must_agree),
         MW_CASE(nothing_answers_a_request_that_is_too_short_to_be_one),
         MW_CASE(answers_of_other_functions_are_not_read_beyond_their_end), MW_CASE(noise_never_answers),
         MW_CASE(a_register_has_its_high_byte_first), MW_CASE(two_registers_in_four_orders),
         MW_CASE(four_registers_in_four_orders), MW_CASE(exceptions_of_the_specification_have_a_text))
