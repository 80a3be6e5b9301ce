/* SPDX-License-Identifier: MIT */
/* Every public function, and some that are not public: requests and replies of the specification, and what is wrong. */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include "modbus_frames.h"
#include "sim_line.h"

#define UNTOUCHED ((size_t)12345)

static const mw_modbus_framing framings[] = {MW_MODBUS_RTU, MW_MODBUS_TCP};

/* A request, its reply and replies that are not. The first ones are the examples of AP 6.1 to 6.21. */
typedef struct pair {
    const char *request;
    const char *reply;
    const char *wrong[8];
} pair;

#define ZEROS_8  " 00 00 00 00 00 00 00 00"
#define ZEROS_64 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8

static const pair pairs[] = {
    {"01 00 13 00 13",
     "01 03 CD 6B 05",
     {"01 02 CD 6B", "01 04 CD 6B 05 00", "02 03 CD 6B 05", "01 03 CD 6B", "01 00", "01 03 CD 6B 05 00"}},
    {"02 00 C4 00 16", "02 03 AC DB 35", {"02 02 AC DB", "02 04 AC DB 35 00", "01 03 AC DB 35", "02 16 AC DB 35"}},
    {"03 00 6B 00 03", "03 06 02 2B 00 00 00 64", {"03 04 02 2B 00 00", "03 08 02 2B 00 00 00 64 00 00"}},
    {"04 00 08 00 01", "04 02 00 0A", {"04 01 00", "04 04 00 0A 00 0B", "03 02 00 0A"}},
    {"05 00 AC FF 00",
     "05 00 AC FF 00",
     {"05 00 AC 00 00", "05 00 AD FF 00", "05 00 AC FF", "05 00 AC FF 00 00", "06 00 AC FF 00"}},
    {"06 00 01 00 03", "06 00 01 00 03", {"06 00 01 00 04", "06 01 01 00 03", "06 00 01 00"}},
    {"07", "07 6D", {"07", "07 6D 00", "08 6D"}},
    {"08 00 00 A5 37", "08 00 00 A5 37", {"08 00 00 A5 36", "08 00 01 A5 37", "08 00 00 A5", "08 00 00 A5 37 00 00"}},
    {"08 01 00 A5 37", "08 01 00 12 34", {"08 00 00 A5 37", "08 01 01 A5 37"}}, /* reserved, so no echo */
    {"08 00 0B 00 00", "08 00 0B 01 23", {"08 00 0C 01 23", "08 01 0B 01 23", "08 00 0B 01"}},
    {"0B", "0B FF FF 01 08", {"0B FF FF 01", "0B FF FF 01 08 00", "0C FF FF 01 08"}},
    {"0C",
     "0C 08 00 00 01 08 01 21 20 00",
     {"0C 08 00 00 01 08 01 21 20", "0C 05 00 00 01 08 01", "0C 00", "0C 09 00 00 01 08 01 21 20 00"}},
    {"0C", "0C 06 00 00 01 08 01 21", {"0C 05 00 00 01 08 01", "0C 47 00 00 01 08 01 21 00" ZEROS_64 /* 65 events */}},
    {"0F 00 13 00 0A 02 CD 01", "0F 00 13 00 0A", {"0F 00 13 00 09", "0F 00 14 00 0A", "0F 00 13 00 0A 02 CD 01"}},
    {"10 00 01 00 02 04 00 0A 01 02", "10 00 01 00 02", {"10 00 01 00 01", "10 00 01 00 02 04 00 0A 01 02"}},
    {"11", "11 02 42 FF", {"11 03 42 FF", "11 01 42 FF", "11", "12 02 42 FF"}},
    {"14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02",
     "14 0C 05 06 0D FE 00 20 05 06 33 CD 00 40",
     {"14 06 05 06 0D FE 00 20", "14 0C 05 06 0D FE 00 20 05 07 33 CD 00 40", "14 0A 05 06 0D FE 00 20 03 06 33 CD",
      "14 0C 07 06 0D FE 00 20 00 00 03 06 33 CD", "14 00", "14 0C 05 06 0D FE 00 20 05 06 33 CD 00",
      "14 0D 05 06 0D FE 00 20 05 06 33 CD 00 40 00", "14 01 05"}},
    {"15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D",
     "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D",
     {"15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0E", "15 0C 06 00 04 00 07 00 03 06 AF 04 BE 10", "15 00",
      "15 0D 06 00 05 00 07 00 03 06 AF 04 BE 10 0D"}},
    {"16 00 04 00 F2 00 25",
     "16 00 04 00 F2 00 25",
     {"16 00 04 00 F2 00 24", "16 00 04 00 F2", "16 00 05 00 F2 00 25"}},
    {"17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF",
     "17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF",
     {"17 0A 00 FE 0A CD 00 01 00 03 00 0D", "17 06 00 FF 00 FF 00 FF", "03 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF"}},
    {"18 04 DE",
     "18 00 06 00 02 01 B8 12 84",
     {"18 00 06 00 03 01 B8 12 84", "18 00 06 00 01 01 B8 12 84", "18 01 06 00 02 01 B8 12 84", "18 00 00",
      "18 00 01 00", "18 00 06 01 02 01 B8 12 84", "18 00 06 00 02 01 B8 12"}},
    {"18 04 DE", "18 00 02 00 00", {"18 00 42 00 20" ZEROS_64 /* 32 registers */}},
    {"2B 0E 01 00",
     "2B 0E 01 01 00 00 03 00 16 43 6F 6D 70 61 6E 79 20 69 64 65 6E 74 69 66 69 63 61 74 69 6F 6E 01 0F 50 72 6F 64 "
     "75 63 74 20 63 6F 64 65 20 58 58 02 05 56 32 2E 31 31",
     {"2B 0E 02 01 00 00 01 00 01 43", "2B 0D 01 01 00 00 01 00 01 43", "2B 0E 01 01 00 00 02 00 01 43",
      "2B 0E 01 01 00 00 01 00 01 43 00", "2B 0E 01 01 00 00 01 00 02 43", "2B 0E", "2B"}},
    {"2B 0E 04 80",
     "2B 0E 04 83 00 00 01 80 00",
     {"2B 0E 01 83 00 00 01 80 00", "2B 0E 04 83 00 00 01 81 00", "2B 0E 04 83 00 00 02 80 00 81 00"}},
    /* CANopen, and functions that nobody knows. */
    {"2B 0D 01 02 03", "2B 0D 04 05 06 07", {"2B 0E 01 01 00 00 01 00 01 43", "2B 0C 04 05 06 07", "2B"}},
    {"41", "41", {"42", "40"}},
    {"48 01 02 03", "48 09", {"49 09"}},
    {"64 00 10 00 02", "64 00 10 00 02 11 22 33 44", {"65 00 10 00 02 11 22 33 44"}},
    {"6E FF", "6E 00 00 00", {"6F 00 00 00"}},
    {"08 00 00 11 22 33 44", "08 00 00 11 22 33 44", {"08 00 00 11 22 33 45", "08 00 00 11 22"}},
};

static mw_status decode(mw_modbus_framing framing, const char *request_hex, const uint8_t *pdu, size_t pdu_bytes,
                        mw_modbus_reply *reply)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    uint8_t frame[FRAMES_MOST];
    const size_t request_length = frames_put_hex(framing, 2, 0x11, request_hex, request);
    const size_t length = frames_put(framing, 2, 0x11, pdu, pdu_bytes, frame);
    uint8_t *const request_copy = frames_copy(request, request_length);
    uint8_t *const copy = frames_copy(frame, length);
    mw_status status;
    memset(reply, 0xEE, sizeof *reply);
    status = mw_modbus_decode_reply(framing, request_copy, request_length, copy, length, reply);
    if (status == MW_OK) {
        assert_int_equal(reply->exception, 0);
        assert_ptr_equal(reply->pdu, copy + mw_modbus_pdu_offset(framing));
        assert_int_equal(reply->pdu_bytes, pdu_bytes);
        assert_memory_equal(reply->pdu, pdu, pdu_bytes);
    }
    frames_free(copy, length);
    frames_free(request_copy, request_length);
    return status;
}

static mw_status decode_hex(mw_modbus_framing framing, const char *request, const char *pdu_hex)
{
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    mw_modbus_reply reply;
    return decode(framing, request, pdu, mw_hex(pdu_hex, pdu, sizeof pdu), &reply);
}

MW_TEST(replies_of_every_function_are_taken)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            assert_int_equal(decode_hex(framings[f], pairs[i].request, pairs[i].reply), MW_OK);
            for (size_t j = 0; j < MW_COUNT(pairs[i].wrong) && pairs[i].wrong[j] != NULL; j++) {
                const mw_status status = decode_hex(framings[f], pairs[i].request, pairs[i].wrong[j]);
                if (status != MW_ERR_MISMATCH) {
                    printf("%s answered by %s\n", pairs[i].request, pairs[i].wrong[j]);
                }
                assert_int_equal(status, MW_ERR_MISMATCH);
            }
        }
    }
}

MW_TEST(the_reply_to_another_function_is_none)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        for (size_t j = 0; j < MW_COUNT(pairs); j++) {
            if (strncmp(pairs[i].request, pairs[j].request, 2) != 0) {
                assert_int_equal(decode_hex(MW_MODBUS_TCP, pairs[i].request, pairs[j].reply), MW_ERR_MISMATCH);
            }
        }
    }
}

MW_TEST(every_exception_of_every_function_keeps_its_code)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            uint8_t pdu[3] = {0};
            mw_modbus_reply reply;
            (void)mw_hex(pairs[i].request, pdu, 1);
            pdu[0] |= 0x80;
            for (unsigned exception = 0; exception < 256; exception++) {
                pdu[1] = (uint8_t)exception;
                assert_int_equal(decode(framings[f], pairs[i].request, pdu, 2, &reply), MW_ERR_REFUSED);
                assert_int_equal(reply.exception, exception);
                assert_int_equal(decode(framings[f], pairs[i].request, pdu, 1, &reply), MW_ERR_MISMATCH);
                assert_int_equal(decode(framings[f], pairs[i].request, pdu, 3, &reply), MW_ERR_MISMATCH);
            }
        }
    }
}

MW_TEST(a_reply_that_is_longer_or_shorter_is_none)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            uint8_t pdu[MW_MODBUS_PDU_MAX + 1] = {0};
            mw_modbus_reply reply;
            const size_t bytes = mw_hex(pairs[i].reply, pdu, sizeof pdu);
            const bool open = strncmp(pairs[i].request, "2B 0D", 5) == 0 || pairs[i].request[0] == '4' ||
                              pairs[i].request[0] == '6' || strncmp(pairs[i].request, "08 00 0B", 8) == 0 ||
                              strncmp(pairs[i].request, "08 01", 5) == 0;
            for (size_t n = 1; n < sizeof pdu && !open; n++) {
                if (n != bytes) {
                    const mw_status status = decode(framings[f], pairs[i].request, pdu, n, &reply);
                    assert_true(status == MW_ERR_MISMATCH || (status == MW_ERR_FRAME && n > 253));
                }
            }
        }
    }
}

MW_TEST(noise_answers_no_function)
{
    uint32_t seed = 9;
    (void)state;
    for (unsigned round = 0; round < MW_ROUNDS(20000); round++) {
        const pair *const p = &pairs[round % MW_COUNT(pairs)];
        uint8_t pdu[64];
        mw_modbus_reply reply;
        const size_t n = 1 + frames_random(&seed) % (sizeof pdu - 1);
        for (size_t i = 0; i < n; i++) {
            pdu[i] = frames_random(&seed) < 200 ? frames_random(&seed) % 16 : frames_random(&seed);
        }
        (void)mw_hex(p->request, pdu, 1 + round / 100 % 3 % (n < 3 ? 1 : 3));
        (void)decode(MW_MODBUS_TCP, p->request, pdu, n, &reply); /* reads nothing outside */
    }
}

/* ---- reads and writes of bits ---- */

static mw_modbus_request request_of(uint8_t function, uint16_t address, uint16_t count, const uint8_t *data)
{
    mw_modbus_request request;
    request.transaction = 2;
    request.unit = 0x11;
    request.function = function;
    request.address = address;
    request.count = count;
    request.data = data;
    return request;
}

typedef mw_status (*encoder)(mw_modbus_framing, const mw_modbus_request *, uint8_t *, size_t, size_t *);

static void check_encoded(encoder encode, const mw_modbus_request *request, const char *pdu_hex)
{
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        uint8_t expected[MW_MODBUS_FRAME_MAX];
        const size_t length = frames_put_hex(framings[f], 2, 0x11, pdu_hex, expected);
        size_t got = UNTOUCHED;
        uint8_t *const room = frames_room();
        assert_int_equal(encode(framings[f], request, room, FRAMES_OUTPUT_MOST, &got), MW_OK);
        assert_int_equal(got, length);
        assert_memory_equal(room, expected, length);
        assert_true(frames_intact_from(length));
    }
}

static void check_refused(encoder encode, const mw_modbus_request *request, size_t size, mw_status status)
{
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        size_t got = UNTOUCHED;
        assert_int_equal(encode(framings[f], request, frames_room(), size, &got), status);
        assert_int_equal(got, UNTOUCHED);
        assert_true(frames_intact_from(0));
    }
}

/* AP 6.1, 6.2, 6.5 and 6.11. */
MW_TEST(bits_are_asked_for_and_written_as_in_the_specification)
{
    static const uint8_t on[] = {1};
    static const uint8_t off[] = {0xFE};
    static const uint8_t ten[] = {0xCD, 0xFD};
    mw_modbus_request request = request_of(1, 0x13, 0x13, NULL);
    (void)state;
    check_encoded(mw_modbus_encode_read, &request, "01 00 13 00 13");
    request = request_of(2, 0xC4, 0x16, NULL);
    check_encoded(mw_modbus_encode_read, &request, "02 00 C4 00 16");
    request = request_of(5, 0xAC, 1, on);
    check_encoded(mw_modbus_encode_write, &request, "05 00 AC FF 00");
    request = request_of(5, 0xAC, 1, off);
    check_encoded(mw_modbus_encode_write, &request, "05 00 AC 00 00");
    request = request_of(15, 0x13, 10, ten); /* what is behind the tenth bit is sent as 0 */
    check_encoded(mw_modbus_encode_write, &request, "0F 00 13 00 0A 02 CD 01");
    request = request_of(15, 0x13, 16, ten);
    check_encoded(mw_modbus_encode_write, &request, "0F 00 13 00 10 02 CD FD");
}

MW_TEST(bits_behind_the_last_one_are_sent_as_0)
{
    static const uint8_t ones[] = {0xFF, 0xFF};
    static const char *const pdus[] = {"0F 00 13 00 08 01 FF",    "0F 00 13 00 09 02 FF 01", "0F 00 13 00 0A 02 FF 03",
                                       "0F 00 13 00 0B 02 FF 07", "0F 00 13 00 0C 02 FF 0F", "0F 00 13 00 0D 02 FF 1F",
                                       "0F 00 13 00 0E 02 FF 3F", "0F 00 13 00 0F 02 FF 7F", "0F 00 13 00 10 02 FF FF"};
    (void)state;
    for (uint16_t i = 0; i < MW_COUNT(pdus); i++) {
        const mw_modbus_request request = request_of(15, 0x13, (uint16_t)(8 + i), ones);
        check_encoded(mw_modbus_encode_write, &request, pdus[i]);
    }
}

MW_TEST(counts_of_bits_are_those_of_the_specification)
{
    static const uint8_t data[300] = {0};
    (void)state;
    for (uint32_t count = 0; count < 65536; count += count < 2100 ? 1 : 333) {
        mw_modbus_request request = request_of(1, 0, (uint16_t)count, data);
        size_t length;
        for (uint8_t function = 1; function <= 2; function++) {
            request.function = function;
            assert_int_equal(mw_modbus_encode_read(MW_MODBUS_TCP, &request, frames_room(), 260, &length),
                             count >= 1 && count <= 2000 ? MW_OK : MW_ERR_ARGUMENT);
        }
        request.function = 5;
        assert_int_equal(mw_modbus_encode_write(MW_MODBUS_TCP, &request, frames_room(), 260, &length),
                         count == 1 ? MW_OK : MW_ERR_ARGUMENT);
        request.function = 15;
        assert_int_equal(mw_modbus_encode_write(MW_MODBUS_TCP, &request, frames_room(), 260, &length),
                         count >= 1 && count <= 1968 ? MW_OK : MW_ERR_ARGUMENT);
    }
}

MW_TEST(bits_end_at_65535_and_need_their_room)
{
    static const uint8_t data[] = {0xFF, 0xFF};
    mw_modbus_request request = request_of(1, 0xFFFF, 1, NULL);
    size_t length;
    (void)state;
    assert_int_equal(mw_modbus_encode_read(MW_MODBUS_RTU, &request, frames_room(), 12, &length), MW_OK);
    request.count = 2;
    check_refused(mw_modbus_encode_read, &request, 260, MW_ERR_ARGUMENT);
    request = request_of(15, 0xFFF7, 9, data);
    assert_int_equal(mw_modbus_encode_write(MW_MODBUS_RTU, &request, frames_room(), 11, &length), MW_OK);
    for (size_t size = 0; size < 11; size++) {
        check_refused(mw_modbus_encode_write, &request, size, MW_ERR_SPACE);
    }
    request.address++;
    check_refused(mw_modbus_encode_write, &request, 260, MW_ERR_ARGUMENT);
}

/* CVE-2023-26793: bits that are no multiple of 8, and every wrong byte count. */
MW_TEST(bits_of_every_count_are_taken_with_just_their_bytes)
{
    (void)state;
    for (unsigned count = 1; count <= 2000; count += (count < 40 ? 1u : 7u) * MW_STRIDE(13)) {
        char request[20];
        const unsigned right = (count + 7) / 8;
        snprintf(request, sizeof request, "01 00 00 %02X %02X", count >> 8, count & 0xFF);
        for (unsigned bytes = 0; bytes <= 252; bytes += count < 40 ? 1 : 9) {
            const unsigned counted = count >= 40 && bytes == 0 ? right : bytes;
            uint8_t pdu[260] = {1};
            mw_modbus_reply reply;
            const mw_status expected = counted == right ? MW_OK : counted > 251 ? MW_ERR_FRAME : MW_ERR_MISMATCH;
            pdu[1] = (uint8_t)counted;
            assert_int_equal(decode(MW_MODBUS_RTU, request, pdu, 2 + counted, &reply), expected);
            if (expected == MW_OK) {
                assert_int_equal(reply.data_bytes, right);
                assert_ptr_equal(reply.data, reply.pdu + 2);
            }
        }
    }
}

/* AP 6.1: CD 6B 05 are coils 20 to 38, the first being the lowest bit of the first byte. */
MW_TEST(bits_are_numbered_from_the_lowest)
{
    static const uint8_t data[] = {0xCD, 0x6B, 0x05};
    static const char expected[] = "1011001111010110101";
    (void)state;
    for (size_t i = 0; expected[i] != '\0'; i++) {
        assert_int_equal(mw_modbus_bit(data, i), expected[i] == '1');
    }
}

/* ---- frames of any PDU ---- */

MW_TEST(requests_of_every_function_become_frames)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            uint8_t expected[MW_MODBUS_FRAME_MAX];
            uint8_t pdu[MW_MODBUS_PDU_MAX];
            const size_t pdu_bytes = mw_hex(pairs[i].request, pdu, sizeof pdu);
            const size_t length = frames_put(framings[f], 7, 9, pdu, pdu_bytes, expected);
            const size_t at = mw_modbus_pdu_offset(framings[f]);
            for (size_t size = 0; size <= length; size++) {
                size_t got = UNTOUCHED;
                uint8_t *const room = frames_room();
                const mw_status status = mw_modbus_encode_pdu(framings[f], 7, 9, pdu, pdu_bytes, room, size, &got);
                if (size < length) {
                    assert_int_equal(status, MW_ERR_SPACE);
                    assert_int_equal(got, UNTOUCHED);
                    assert_true(frames_intact_from(0));
                } else {
                    assert_int_equal(status, MW_OK);
                    assert_int_equal(got, length);
                    assert_memory_equal(room, expected, length);
                }
            }
            memcpy(frames_room() + at, pdu, pdu_bytes); /* in its place already */
            {
                uint8_t *const room = frames_output + FRAMES_CANARIES;
                size_t got;
                assert_int_equal(mw_modbus_encode_pdu(framings[f], 7, 9, room + at, pdu_bytes, room, 260, &got), MW_OK);
                assert_memory_equal(room, expected, length);
            }
        }
    }
}

MW_TEST(what_is_no_request_becomes_no_frame)
{
    static const char *const bad[] = {
        "00",    "80", "83 02",    "FF 00",          "03 00 00",    "03 00 00 00 01 00", "10 00 00 00 01 04 00 00",
        "07 00", "2B", "2B 0E 01", "2B 0E 01 00 00", "08 00 00 00", "16 00 00 00",       "14 08 06 00 04 00 01 00 02"};
    uint8_t pdu[300] = {65};
    size_t length = UNTOUCHED;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bad); i++) {
        const size_t bytes = mw_hex(bad[i], pdu, sizeof pdu);
        assert_int_equal(mw_modbus_encode_pdu(MW_MODBUS_RTU, 0, 1, pdu, bytes, frames_room(), 260, &length),
                         MW_ERR_ARGUMENT);
    }
    pdu[0] = 65;
    assert_int_equal(mw_modbus_encode_pdu(MW_MODBUS_RTU, 0, 1, pdu, 0, frames_room(), 260, &length), MW_ERR_ARGUMENT);
    assert_int_equal(mw_modbus_encode_pdu(MW_MODBUS_RTU, 0, 1, pdu, 254, frames_room(), 260, &length), MW_ERR_ARGUMENT);
    assert_int_equal(length, UNTOUCHED);
    assert_true(frames_intact_from(0));
    assert_int_equal(mw_modbus_encode_pdu(MW_MODBUS_RTU, 0, 1, pdu, 253, frames_room(), 260, &length), MW_OK);
    assert_int_equal(length, 256);
}

/* ---- through the link ---- */

static uint8_t link_buffer[MW_MODBUS_FRAME_MAX];
static const mw_framer *rtu_framer = &mw_framer_rtu;

/* Asks a pair's request; `before` and `split` of the stream that follows it: noise first, and where it is cut. */
static mw_status ask(mw_modbus_framing framing, const pair *p, const uint8_t *stream, size_t count, size_t split,
                     const uint8_t **reply, size_t *length)
{
    static sim_line line;
    static mw_link link;
    static mw_link_config config;
    static uint8_t request[MW_MODBUS_FRAME_MAX];
    const size_t request_length = frames_put_hex(framing, 2, 0x11, p->request, request);
    mw_status status;
    memset(&config, 0, sizeof config);
    config.char_us = framing == MW_MODBUS_RTU ? MW_LINK_CHAR_US(9600) : 0;
    sim_init(&line, 0);
    mw_link_init(&link, framing == MW_MODBUS_RTU ? rtu_framer : &mw_framer_tcp, &config, link_buffer,
                 sizeof link_buffer, 0);
    if (split > 0) {
        assert_true(sim_say(&line, 1, 20000, 0, stream, split));
    }
    if (split < count) {
        assert_true(sim_say(&line, 1, 25000, 0, stream + split, count - split));
    }
    status = sim_exchange(&line, &link, request, request_length, 500000, 0);
    *reply = mw_link_reply(&link, length);
    return status;
}

MW_TEST(replies_of_every_function_come_through_the_link_in_every_split)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            uint8_t frame[MW_MODBUS_FRAME_MAX];
            const size_t count = frames_put_hex(framings[f], 2, 0x11, pairs[i].reply, frame);
            for (size_t split = 0; split <= count; split++) {
                const uint8_t *reply;
                size_t length;
                assert_int_equal(ask(framings[f], &pairs[i], frame, count, split, &reply, &length), MW_OK);
                assert_int_equal(length, count);
                assert_memory_equal(reply, frame, count);
            }
        }
    }
}

MW_TEST(replies_behind_those_of_others_come_through_the_link)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            for (size_t j = 0; j < MW_COUNT(pairs) - 6; j++) { /* what nobody knows cannot be skipped but by silence */
                uint8_t stream[FRAMES_MOST];
                const uint8_t *reply;
                size_t length;
                const size_t before = frames_put_hex(framings[f], 1, 0x12, pairs[j].reply, stream);
                const size_t count = frames_put_hex(framings[f], 2, 0x11, pairs[i].reply, stream + before);
                assert_int_equal(ask(framings[f], &pairs[i], stream, before + count, before / 2, &reply, &length),
                                 MW_OK);
                assert_int_equal(length, count);
                assert_memory_equal(reply, stream + before, count);
            }
        }
    }
}

MW_TEST(exceptions_of_every_function_come_through_the_link)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            uint8_t frame[MW_MODBUS_FRAME_MAX];
            uint8_t pdu[] = {0, 0x0B};
            const uint8_t *reply;
            size_t length;
            size_t count;
            (void)mw_hex(pairs[i].request, pdu, 1);
            pdu[0] |= 0x80;
            count = frames_put(framings[f], 2, 0x11, pdu, sizeof pdu, frame);
            assert_int_equal(ask(framings[f], &pairs[i], frame, count, 0, &reply, &length), MW_ERR_REFUSED);
            assert_memory_equal(reply, frame, count);
        }
    }
}

MW_TEST(what_is_wrong_does_not_come_through_the_link)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pairs); i++) {
            for (size_t j = 0; j < MW_COUNT(pairs[i].wrong) && pairs[i].wrong[j] != NULL; j++) {
                uint8_t frame[MW_MODBUS_FRAME_MAX];
                const uint8_t *reply;
                size_t length;
                const size_t count = frames_put_hex(framings[f], 2, 0x11, pairs[i].wrong[j], frame);
                const mw_status status = ask(framings[f], &pairs[i], frame, count, 0, &reply, &length);
                /* Diagnostics beyond the first register of data are compared when the reply is decoded. */
                if (strncmp(pairs[i].wrong[j], "08 00 00", 8) != 0) {
                    assert_true(status != MW_OK && status != MW_ERR_REFUSED);
                }
            }
        }
    }
}

/* The framer without the rarer functions does for registers what the other does, and steps over all replies whose
 * length it can tell. */
MW_TEST(registers_come_through_the_framer_of_registers)
{
    static const char *const names[] = {"03", "04", "06", "10"};
    (void)state;
    rtu_framer = &mw_framer_rtu_registers;
    for (size_t i = 0; i < MW_COUNT(pairs); i++) {
        bool registers = false;
        for (size_t n = 0; n < MW_COUNT(names); n++) {
            registers = registers || strncmp(pairs[i].request, names[n], 2) == 0;
        }
        for (size_t j = 0; registers && j < MW_COUNT(pairs) && pairs[j].request[0] < '2'; j++) {
            uint8_t stream[FRAMES_MOST];
            const uint8_t *reply;
            size_t length;
            const size_t before = frames_put_hex(MW_MODBUS_RTU, 0, 0x12, pairs[j].reply, stream);
            const size_t count = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, pairs[i].reply, stream + before);
            for (size_t split = 0; split <= before + count; split++) {
                assert_int_equal(ask(MW_MODBUS_RTU, &pairs[i], stream, before + count, split, &reply, &length), MW_OK);
                assert_int_equal(length, count);
                assert_memory_equal(reply, stream + before, count);
            }
        }
        for (size_t j = 0; registers && j < MW_COUNT(pairs[i].wrong) && pairs[i].wrong[j] != NULL; j++) {
            uint8_t frame[MW_MODBUS_FRAME_MAX];
            const uint8_t *reply;
            size_t length;
            const size_t count = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, pairs[i].wrong[j], frame);
            const mw_status status = ask(MW_MODBUS_RTU, &pairs[i], frame, count, 0, &reply, &length);
            assert_true(status != MW_OK && status != MW_ERR_REFUSED);
        }
        if (registers) {
            uint8_t refusal[2] = {0, MW_MODBUS_ILLEGAL_ADDRESS};
            uint8_t frame[MW_MODBUS_FRAME_MAX];
            const uint8_t *reply;
            size_t length;
            size_t count;
            (void)mw_hex(pairs[i].request, refusal, 1);
            refusal[0] |= 0x80;
            count = frames_put(MW_MODBUS_RTU, 0, 0x11, refusal, 2, frame);
            assert_int_equal(ask(MW_MODBUS_RTU, &pairs[i], frame, count, 0, &reply, &length), MW_ERR_REFUSED);
            assert_int_equal(length, count);
            assert_memory_equal(reply, frame, count);
        }
    }
    rtu_framer = &mw_framer_rtu;
}

/* ---- PDUs of the rarer functions ---- */

static void check_pdu(const uint8_t *room, size_t length, const char *hex)
{
    uint8_t expected[MW_MODBUS_PDU_MAX];
    assert_int_equal(length, mw_hex(hex, expected, sizeof expected));
    assert_memory_equal(room, expected, length);
    assert_true(frames_intact_from(length));
}

MW_TEST(diagnostics_there_and_back)
{
    static const uint8_t data[252] = {0xA5, 0x37};
    mw_modbus_diagnostics content = {0, data, 2};
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    size_t length = UNTOUCHED;
    uint8_t *room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_put_diagnostics(&content, room, 5, &length), MW_OK);
    check_pdu(room, length, "08 00 00 A5 37");
    assert_int_equal(mw_modbus_get_diagnostics(room, 5, &content), MW_OK);
    assert_int_equal(content.sub_function, 0);
    assert_ptr_equal(content.data, room + 3);
    assert_int_equal(content.data_bytes, 2);
    content.data = data;
    length = UNTOUCHED;
    for (size_t bytes = 0; bytes <= 252; bytes++) {
        content.data_bytes = bytes;
        assert_int_equal(mw_modbus_put_diagnostics(&content, pdu, sizeof pdu, &length),
                         bytes >= 2 && bytes % 2 == 0 && bytes <= 250 ? MW_OK : MW_ERR_ARGUMENT);
    }
    content.data_bytes = 2;
    for (size_t size = 0; size < 5; size++) {
        assert_int_equal(mw_modbus_put_diagnostics(&content, frames_room(), size, &length), MW_ERR_SPACE);
        assert_true(frames_intact_from(0));
        assert_int_equal(mw_modbus_get_diagnostics(pdu, size, &content), MW_ERR_FRAME);
    }
    pdu[0] = MW_MODBUS_DIAGNOSTICS;
    for (size_t size = 5; size <= MW_MODBUS_PDU_MAX; size++) { /* registers, and no half of one (AP 6.8) */
        assert_int_equal(mw_modbus_get_diagnostics(pdu, size, &content), size % 2 != 0 ? MW_OK : MW_ERR_FRAME);
    }
}

MW_TEST(events_there_and_back)
{
    static const uint8_t log[65] = {0x20, 0x00};
    mw_modbus_events content = {0xFFFF, 0x0108, 0, NULL, 0};
    mw_modbus_events got;
    size_t length = UNTOUCHED;
    uint8_t *room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_put_event_counter(&content, room, 5, &length), MW_OK);
    check_pdu(room, length, "0B FF FF 01 08");
    assert_int_equal(mw_modbus_get_events(room, 5, &got), MW_OK);
    assert_int_equal(got.status, 0xFFFF);
    assert_int_equal(got.event_count, 0x108);
    assert_int_equal(got.log_bytes, 0);
    content.status = 0;
    content.message_count = 0x0121;
    content.log = log;
    content.log_bytes = 2;
    room = frames_room();
    assert_int_equal(mw_modbus_put_event_log(&content, room, 10, &length), MW_OK);
    check_pdu(room, length, "0C 08 00 00 01 08 01 21 20 00");
    assert_int_equal(mw_modbus_get_events(room, 10, &got), MW_OK);
    assert_int_equal(got.event_count, 0x108);
    assert_int_equal(got.message_count, 0x121);
    assert_ptr_equal(got.log, room + 8);
    assert_int_equal(got.log_bytes, 2);
    for (size_t bytes = 0; bytes < 14; bytes++) {
        if (bytes != 10) {
            assert_int_equal(mw_modbus_get_events(room, bytes, &got), MW_ERR_FRAME);
        }
        if (bytes < 10) {
            assert_int_equal(mw_modbus_put_event_log(&content, room, bytes, &length), MW_ERR_SPACE);
        }
    }
    content.log_bytes = 65;
    assert_int_equal(mw_modbus_put_event_log(&content, room, 260, &length), MW_ERR_ARGUMENT);
    assert_int_equal(mw_modbus_put_event_counter(&content, room, 4, &length), MW_ERR_SPACE);
}

MW_TEST(server_ids_there_and_back)
{
    static const uint8_t id[252] = {0x42, 0xFF};
    const uint8_t *got;
    size_t bytes;
    size_t length = UNTOUCHED;
    uint8_t *const room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_put_server_id(id, 2, room, 4, &length), MW_OK);
    check_pdu(room, length, "11 02 42 FF");
    assert_int_equal(mw_modbus_get_server_id(room, 4, &got, &bytes), MW_OK);
    assert_ptr_equal(got, room + 2);
    assert_int_equal(bytes, 2);
    assert_int_equal(mw_modbus_get_server_id(room, 3, &got, &bytes), MW_ERR_FRAME);
    assert_int_equal(mw_modbus_get_server_id(room, 1, &got, &bytes), MW_ERR_FRAME);
    assert_int_equal(mw_modbus_put_server_id(id, 2, room, 3, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_put_server_id(id, 252, room, 260, &length), MW_ERR_ARGUMENT);
    assert_int_equal(mw_modbus_put_server_id(id, 251, room, 253, &length), MW_OK);
}

MW_TEST(mask_writes_there_and_back)
{
    const mw_modbus_mask_write content = {4, 0xF2, 0x25};
    mw_modbus_mask_write got;
    size_t length;
    uint8_t *const room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_put_mask_write(&content, room, 6, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_put_mask_write(&content, room, 7, &length), MW_OK);
    check_pdu(room, length, "16 00 04 00 F2 00 25");
    assert_int_equal(mw_modbus_get_mask_write(room, 7, &got), MW_OK);
    assert_int_equal(got.address, 4);
    assert_int_equal(got.and_mask, 0xF2);
    assert_int_equal(got.or_mask, 0x25);
    assert_int_equal(mw_modbus_get_mask_write(room, 6, &got), MW_ERR_FRAME);
    assert_int_equal(mw_modbus_get_mask_write(room, 8, &got), MW_ERR_FRAME);
}

MW_TEST(reads_with_writes_there_and_back)
{
    static const uint8_t data[300] = {0, 0xFF, 0, 0xFF, 0, 0xFF};
    mw_modbus_read_write content = {3, 6, 14, 3, data};
    mw_modbus_read_write got;
    size_t length;
    uint8_t *const room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_put_read_write(&content, room, 15, &length), MW_ERR_SPACE);
    assert_true(frames_intact_from(0));
    assert_int_equal(mw_modbus_put_read_write(&content, room, 16, &length), MW_OK);
    check_pdu(room, length, "17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF");
    assert_int_equal(mw_modbus_get_read_write(room, 16, &got), MW_OK);
    assert_int_equal(got.read_address, 3);
    assert_int_equal(got.read_count, 6);
    assert_int_equal(got.write_address, 14);
    assert_int_equal(got.write_count, 3);
    assert_ptr_equal(got.data, room + 10);
    room[4] = 126;
    assert_int_equal(mw_modbus_get_read_write(room, 16, &got), MW_ERR_FRAME);
    room[4] = 6;
    room[8] = 4;
    assert_int_equal(mw_modbus_get_read_write(room, 16, &got), MW_ERR_FRAME);
    for (size_t bytes = 0; bytes < 16; bytes++) {
        assert_int_equal(mw_modbus_get_read_write(room, bytes, &got), MW_ERR_FRAME);
    }
    for (unsigned count = 0; count < 130; count++) {
        content.read_count = (uint16_t)count;
        content.write_count = 1;
        assert_int_equal(mw_modbus_put_read_write(&content, frames_room(), 260, &length),
                         count >= 1 && count <= 125 ? MW_OK : MW_ERR_ARGUMENT);
        content.read_count = 1;
        content.write_count = (uint16_t)count;
        assert_int_equal(mw_modbus_put_read_write(&content, frames_room(), 260, &length),
                         count >= 1 && count <= 121 ? MW_OK : MW_ERR_ARGUMENT);
    }
    content.write_count = 1;
    content.write_address = 0xFFFF;
    content.read_count = 1;
    content.read_address = 0xFFFF;
    assert_int_equal(mw_modbus_put_read_write(&content, frames_room(), 260, &length), MW_OK);
    content.write_count = 2;
    assert_int_equal(mw_modbus_put_read_write(&content, frames_room(), 260, &length), MW_ERR_ARGUMENT);
    content.write_address = 0;
    content.read_count = 2;
    content.read_address = 0xFFFF;
    assert_int_equal(mw_modbus_put_read_write(&content, frames_room(), 260, &length), MW_ERR_ARGUMENT);
}

MW_TEST(queues_there_and_back)
{
    static const uint8_t data[64] = {0x01, 0xB8, 0x12, 0x84};
    const uint8_t *got;
    size_t count;
    size_t length;
    uint8_t *room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_put_fifo_request(0x04DE, room, 2, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_put_fifo_request(0x04DE, room, 3, &length), MW_OK);
    check_pdu(room, length, "18 04 DE");
    room = frames_room();
    assert_int_equal(mw_modbus_put_fifo(data, 2, room, 8, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_put_fifo(data, 2, room, 9, &length), MW_OK);
    check_pdu(room, length, "18 00 06 00 02 01 B8 12 84");
    assert_int_equal(mw_modbus_get_fifo(room, 9, &got, &count), MW_OK);
    assert_ptr_equal(got, room + 5);
    assert_int_equal(count, 2);
    for (size_t bytes = 0; bytes < 9; bytes++) {
        assert_int_equal(mw_modbus_get_fifo(room, bytes, &got, &count), MW_ERR_FRAME);
    }
    room = frames_room();
    assert_int_equal(mw_modbus_put_fifo(NULL, 0, room, 5, &length), MW_OK);
    check_pdu(room, length, "18 00 02 00 00");
    assert_int_equal(mw_modbus_get_fifo(room, 5, &got, &count), MW_OK);
    assert_int_equal(count, 0);
    {
        static const uint8_t many[69] = {24, 0, 66, 0, 32};
        static const uint8_t other[] = {24, 0, 4, 0, 2, 1, 2, 3, 4};
        assert_int_equal(mw_modbus_get_fifo(many, sizeof many, &got, &count), MW_ERR_FRAME);
        assert_int_equal(mw_modbus_get_fifo(other, sizeof other, &got, &count), MW_ERR_FRAME);
    }
    assert_int_equal(mw_modbus_put_fifo(data, 32, room, 260, &length), MW_ERR_ARGUMENT);
    assert_int_equal(mw_modbus_put_fifo(data, 31, room, 260, &length), MW_OK);
    assert_int_equal(mw_modbus_get_fifo(room, length, &got, &count), MW_OK);
    assert_int_equal(count, 31);
}

MW_TEST(file_records_are_asked_for_and_given)
{
    static const uint8_t first[] = {0x0D, 0xFE, 0x00, 0x20};
    static const uint8_t second[] = {0x33, 0xCD, 0x00, 0x40};
    mw_modbus_file_part part = {4, 1, 2, NULL};
    const uint8_t *data;
    size_t position = 0;
    size_t count;
    size_t length;
    uint8_t *room = frames_room();
    (void)state;
    mw_modbus_file_begin(MW_MODBUS_READ_FILE, room);
    assert_int_equal(mw_modbus_file_ask(&part, room, 8, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_file_ask(&part, room, 9, &length), MW_OK);
    part.file = 3;
    part.record = 9;
    assert_int_equal(mw_modbus_file_ask(&part, room, 15, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_file_ask(&part, room, 16, &length), MW_OK);
    check_pdu(room, length, "14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02");
    assert_int_equal(mw_modbus_file_asked(room, length, &position, &part), MW_OK);
    assert_int_equal(part.file, 4);
    assert_int_equal(part.record, 1);
    assert_int_equal(part.count, 2);
    assert_int_equal(mw_modbus_file_asked(room, length, &position, &part), MW_OK);
    assert_int_equal(part.file, 3);
    assert_int_equal(part.record, 9);
    assert_int_equal(mw_modbus_file_asked(room, length, &position, &part), MW_END);
    room = frames_room();
    mw_modbus_file_begin(MW_MODBUS_READ_FILE, room);
    assert_int_equal(mw_modbus_file_give(first, 2, room, 8, &length), MW_OK);
    assert_int_equal(mw_modbus_file_give(second, 2, room, 13, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_file_give(second, 2, room, 14, &length), MW_OK);
    check_pdu(room, length, "14 0C 05 06 0D FE 00 20 05 06 33 CD 00 40");
    position = 0;
    assert_int_equal(mw_modbus_file_given(room, length, &position, &data, &count), MW_OK);
    assert_int_equal(count, 2);
    assert_memory_equal(data, first, 4);
    assert_int_equal(mw_modbus_file_given(room, length, &position, &data, &count), MW_OK);
    assert_memory_equal(data, second, 4);
    assert_int_equal(mw_modbus_file_given(room, length, &position, &data, &count), MW_END);
}

MW_TEST(file_records_are_written)
{
    static const uint8_t data[] = {0x06, 0xAF, 0x04, 0xBE, 0x10, 0x0D};
    mw_modbus_file_part part = {4, 7, 3, data};
    size_t position = 0;
    size_t length;
    uint8_t *const room = frames_room();
    (void)state;
    mw_modbus_file_begin(MW_MODBUS_WRITE_FILE, room);
    assert_int_equal(mw_modbus_file_ask(&part, room, 14, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_file_ask(&part, room, 15, &length), MW_OK);
    check_pdu(room, length, "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D");
    assert_int_equal(mw_modbus_file_asked(room, length, &position, &part), MW_OK);
    assert_int_equal(part.count, 3);
    assert_ptr_equal(part.data, room + 9);
    assert_int_equal(mw_modbus_file_asked(room, length, &position, &part), MW_END);
}

/* S14 to S16 and CVE-2026 of nanoMODBUS: sums that do not fit a byte, lengths that do not fit the frame. */
MW_TEST(s14_to_s16_file_records_that_do_not_fit_are_refused)
{
    static const char *const bad[] = {
        "15 09 06 00 01 00 00 FF FF 12 34", /* S16 */
        "15 07 06 00 01 00 00 00 01",       /* no data */
        "15 08 06 00 01 00 00 00 01 12",    /* half a record */
        "14 06 06 00 01 00 00 00",          /* cut off */
        "14 07 05 00 01 00 00 00 01",       /* another reference type */
        "14 07 06 00 01 00 00 00 00",       /* no records */
        "14 07 06 00 01 00 00 00 01 00",    /* longer than it says */
        "14 08 06 00 01 00 00 00 01",       /* shorter */
        "14 00",
        "14",
        "03 07 06 00 01 00 00 00 01",
    };
    static const uint8_t zeros[250] = {0};
    mw_modbus_file_part part = {1, 0, 121, zeros};
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    const uint8_t *data;
    size_t length;
    size_t count;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bad); i++) {
        const size_t bytes = mw_hex(bad[i], pdu, sizeof pdu);
        uint8_t *const copy = frames_copy(pdu, bytes);
        size_t position = 0;
        assert_int_equal(mw_modbus_file_asked(copy, bytes, &position, &part), MW_ERR_FRAME);
        frames_free(copy, bytes);
    }
    part = (mw_modbus_file_part){1, 0, 122, zeros}; /* 2 + 244 > 0xF5 */
    mw_modbus_file_begin(MW_MODBUS_READ_FILE, pdu);
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_ERR_SPACE);
    part.count = 60;
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_OK);
    part.count = 61;
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_ERR_SPACE); /* 122 + 124 > 0xF5 */
    part.count = 60;
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_OK);
    mw_modbus_file_begin(MW_MODBUS_READ_FILE, pdu);
    assert_int_equal(mw_modbus_file_give(zeros, 0x7C, pdu, sizeof pdu, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_file_give(zeros, 0xFFFF, pdu, sizeof pdu, &length), MW_ERR_SPACE);
    assert_int_equal(mw_modbus_file_give(zeros, 121, pdu, sizeof pdu, &length), MW_OK);
    assert_int_equal(mw_modbus_file_give(zeros, 1, pdu, sizeof pdu, &length), MW_ERR_SPACE);
    part.file = 0;
    mw_modbus_file_begin(MW_MODBUS_WRITE_FILE, pdu);
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_ERR_ARGUMENT);
    part = (mw_modbus_file_part){1, 9999, 2, zeros};
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_ERR_ARGUMENT);
    part = (mw_modbus_file_part){1, 9999, 1, zeros};
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_OK);
    {
        static const char *const wrong[] = {"14 05 04 06 01 02 03", "14 05 05 06 01 02 03", "14 04 03 05 01 02",
                                            "14 01 01", "14 05 03 06 01 02 01"};
        for (size_t i = 0; i < MW_COUNT(wrong); i++) {
            const size_t bytes = mw_hex(wrong[i], pdu, sizeof pdu);
            size_t position = 0;
            mw_status status = mw_modbus_file_given(pdu, bytes, &position, &data, &count);
            if (i == 4) { /* the second part */
                assert_int_equal(status, MW_OK);
                status = mw_modbus_file_given(pdu, bytes, &position, &data, &count);
            }
            assert_int_equal(status, MW_ERR_FRAME);
        }
    }
    for (size_t bytes = 0; bytes < 9; bytes++) {
        static const uint8_t given[] = {20, 7, 6, 6, 1, 2, 3, 4, 5};
        size_t position = 0;
        assert_int_equal(mw_modbus_file_given(given, bytes, &position, &data, &count), MW_ERR_FRAME);
    }
}

/* AP 6.15, however much room there is. */
MW_TEST(a_list_of_records_to_write_counts_251_bytes_at_most)
{
    static const uint8_t zeros[250] = {0};
    mw_modbus_file_part part = {1, 0, 122, zeros}; /* 7 + 244 = 251 */
    uint8_t pdu[300];
    size_t length;
    (void)state;
    mw_modbus_file_begin(MW_MODBUS_WRITE_FILE, pdu);
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_OK);
    mw_modbus_file_begin(MW_MODBUS_WRITE_FILE, pdu);
    part.count = 59; /* 7 + 118 = 125 */
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_OK);
    part.count = 60; /* 125 + 127 = 252 */
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_ERR_SPACE);
    part.count = 59;
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_OK);
}

/* ---- identification ---- */

static const mw_modbus_object objects[] = {{0, 22, "Company identification"},
                                           {1, 15, "Product code XX"},
                                           {2, 5, "V2.11"},
                                           {3, 3, "url"},
                                           {0x80, 200,
                                            "12345678901234567890123456789012345678901234567890"
                                            "12345678901234567890123456789012345678901234567890"
                                            "12345678901234567890123456789012345678901234567890"
                                            "12345678901234567890123456789012345678901234567890"},
                                           {0x81, 0, ""}};

MW_TEST(an_identification_is_served_as_in_the_specification)
{
    uint8_t request[4];
    size_t length = UNTOUCHED;
    uint8_t *const room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_put_id_request(MW_MODBUS_ID_BASIC, 0, request, 4, &length), MW_OK);
    assert_int_equal(length, 4);
    assert_int_equal(mw_modbus_serve_id(objects, 3, request, 4, room, 253, &length), 0);
    /* AP 6.21, but that its table counts 0x0D bytes in "Product code XX", and has no individual access (0x80). */
    check_pdu(
        room, length,
        "2B 0E 01 81 00 00 03 00 16 43 6F 6D 70 61 6E 79 20 69 64 65 6E 74 69 66 69 63 61 74 69 6F 6E 01 0F 50 72 "
        "6F 64 75 63 74 20 63 6F 64 65 20 58 58 02 05 56 32 2E 31 31");
}

/* Reads a whole identification as a client does, through PDUs of so many bytes. */
static unsigned read_id(uint8_t access, size_t size, uint8_t *ids, unsigned most)
{
    uint8_t next = 0;
    unsigned n = 0;
    for (unsigned rounds = 0; rounds < 20; rounds++) {
        uint8_t request[4];
        mw_modbus_id id;
        mw_modbus_object object;
        size_t length;
        size_t position = 0;
        uint8_t *const room = frames_room();
        assert_int_equal(mw_modbus_put_id_request(access, next, request, 4, &length), MW_OK);
        assert_int_equal(mw_modbus_serve_id(objects, MW_COUNT(objects), request, 4, room, size, &length), 0);
        assert_true(frames_intact_from(length));
        assert_true(length <= size && length <= MW_MODBUS_PDU_MAX);
        assert_int_equal(mw_modbus_get_id(room, length, &id), MW_OK);
        assert_int_equal(id.access, access);
        assert_int_equal(id.conformity, 0x83);
        while (mw_modbus_get_id_object(room, length, &position, &object) == MW_OK) {
            assert_true(n < most);
            assert_int_equal(object.bytes, objects[n].bytes);
            assert_memory_equal(object.value, objects[n].value, object.bytes);
            ids[n++] = object.id;
            id.count--;
        }
        assert_int_equal(position, length);
        assert_int_equal(id.count, 0);
        if (!id.more) {
            return n;
        }
        next = id.next;
    }
    return 0;
}

MW_TEST(an_identification_is_read_to_its_end_in_any_room)
{
    (void)state;
    for (size_t size = 209; size <= 253; size++) {
        uint8_t ids[8];
        assert_int_equal(read_id(MW_MODBUS_ID_BASIC, size, ids, 8), 3);
        assert_int_equal(read_id(MW_MODBUS_ID_REGULAR, size, ids, 8), 4);
        assert_int_equal(read_id(MW_MODBUS_ID_EXTENDED, size, ids, 8), 6);
        assert_int_equal(ids[4], 0x80);
        assert_int_equal(ids[5], 0x81);
    }
    for (size_t size = 31; size < 209; size++) {
        uint8_t ids[8];
        assert_int_equal(read_id(MW_MODBUS_ID_BASIC, size, ids, 8), 3);
    }
}

static uint8_t serve_id_hex(const char *hex, size_t size, size_t *length)
{
    uint8_t request[8];
    const size_t bytes = mw_hex(hex, request, sizeof request);
    *length = UNTOUCHED;
    return mw_modbus_serve_id(objects, MW_COUNT(objects), request, bytes, frames_room(), size, length);
}

MW_TEST(s23_wrong_requests_for_identification)
{
    static const struct {
        const char *request;
        uint8_t exception;
    } rows[] = {{"2B 0E 00 00", 3}, {"2B 0E 05 00", 3},    {"2B 0E FF 00", 3}, {"2B 0E 04 04", 2},
                {"2B 0E 04 FF", 2}, {"2B 0D 01 00", 1},    {"2B 0E", 3},       {"2B", 3},
                {"2B 0E 01", 3},    {"2B 0E 01 00 00", 3}, {"2B 0D", 1}};
    size_t length;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        assert_int_equal(serve_id_hex(rows[i].request, 253, &length), rows[i].exception);
        assert_int_equal(length, UNTOUCHED);
        assert_true(frames_intact_from(0));
    }
    assert_int_equal(serve_id_hex("2B 0E 01 00", 30, &length), 4); /* 7 + 2 + 22 */
    assert_true(frames_intact_from(0));
    assert_int_equal(serve_id_hex("2B 0E 04 02", 14, &length), 0);
    check_pdu(frames_output + FRAMES_CANARIES, length, "2B 0E 04 83 00 00 01 02 05 56 32 2E 31 31");
    /* A stream that is to begin at no object, or at one of another category, begins anew. */
    assert_int_equal(serve_id_hex("2B 0E 01 80", 253, &length), 0);
    assert_int_equal(frames_output[FRAMES_CANARIES + 7], 0);
    assert_int_equal(serve_id_hex("2B 0E 03 50", 253, &length), 0);
    assert_int_equal(frames_output[FRAMES_CANARIES + 7], 0);
    assert_int_equal(serve_id_hex("2B 0E 02 03", 253, &length), 0);
    check_pdu(frames_output + FRAMES_CANARIES, length, "2B 0E 02 83 00 00 01 03 03 75 72 6C");
}

MW_TEST(identifications_that_are_cut_off_are_none)
{
    static const char whole[] = "2B 0E 01 83 FF 02 02 00 02 41 42 01 01 43";
    uint8_t pdu[32];
    const size_t bytes = mw_hex(whole, pdu, sizeof pdu);
    mw_modbus_object object;
    mw_modbus_id id;
    size_t length = UNTOUCHED;
    (void)state;
    for (size_t n = 0; n <= bytes + 1; n++) {
        uint8_t *const copy = frames_copy(pdu, n);
        size_t position = 0;
        mw_status status = MW_OK;
        assert_int_equal(mw_modbus_get_id(copy, n, &id), n == bytes ? MW_OK : MW_ERR_FRAME);
        while (n >= 7 && status == MW_OK) {
            status = mw_modbus_get_id_object(copy, n, &position, &object);
        }
        frames_free(copy, n);
    }
    assert_int_equal(mw_modbus_get_id(pdu, bytes, &id), MW_OK);
    assert_true(id.more);
    assert_int_equal(id.next, 2);
    assert_int_equal(mw_modbus_put_id_request(0, 0, pdu, 4, &length), MW_ERR_ARGUMENT);
    assert_int_equal(mw_modbus_put_id_request(5, 0, pdu, 4, &length), MW_ERR_ARGUMENT);
    assert_int_equal(mw_modbus_put_id_request(4, 0, pdu, 3, &length), MW_ERR_SPACE);
    assert_int_equal(length, UNTOUCHED);
}

/* The length would do, but the function is another one. */
MW_TEST(parts_are_taken_of_their_own_function_only)
{
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    const uint8_t *at;
    mw_modbus_diagnostics diagnostics;
    mw_modbus_events events;
    mw_modbus_mask_write mask_write;
    mw_modbus_read_write read_write;
    mw_modbus_id id;
    size_t count;
    (void)state;
    count = mw_hex("07 00 00 A5 37", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_diagnostics(pdu, count, &diagnostics), MW_ERR_FRAME);
    assert_int_equal(mw_modbus_get_events(pdu, count, &events), MW_ERR_FRAME);
    count = mw_hex("0D 08 00 00 01 08 01 21 20 00", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_events(pdu, count, &events), MW_ERR_FRAME);
    count = mw_hex("12 02 42 FF", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_server_id(pdu, count, &at, &count), MW_ERR_FRAME);
    count = mw_hex("17 00 04 00 F2 00 25", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_mask_write(pdu, count, &mask_write), MW_ERR_FRAME);
    count = mw_hex("16 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_read_write(pdu, count, &read_write), MW_ERR_FRAME);
    count = mw_hex("17 00 06 00 02 01 B8 12 84", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_fifo(pdu, count, &at, &count), MW_ERR_FRAME);
    count = mw_hex("2A 0E 01 83 00 00 00", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_id(pdu, count, &id), MW_ERR_FRAME);
    count = mw_hex("2B 0D 01 83 00 00 00", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_id(pdu, count, &id), MW_ERR_FRAME);
}

/* AP 6.9 and 6.10: status, events, messages. */
MW_TEST(each_field_of_the_events_has_its_own_place)
{
    uint8_t pdu[10];
    mw_modbus_events content;
    size_t count = mw_hex("0C 08 12 34 56 78 9A BC 21 20", pdu, sizeof pdu);
    (void)state;
    assert_int_equal(mw_modbus_get_events(pdu, count, &content), MW_OK);
    assert_int_equal(content.status, 0x1234);
    assert_int_equal(content.event_count, 0x5678);
    assert_int_equal(content.message_count, 0x9ABC);
    assert_ptr_equal(content.log, pdu + 8);
    assert_int_equal(content.log_bytes, 2);
    count = mw_hex("0B 12 34 56 78", pdu, sizeof pdu);
    assert_int_equal(mw_modbus_get_events(pdu, count, &content), MW_OK);
    assert_int_equal(content.status, 0x1234);
    assert_int_equal(content.event_count, 0x5678);
}

MW_TEST(a_log_or_an_id_may_be_empty)
{
    mw_modbus_events content = {0, 0x0108, 0x0121, NULL, 0};
    const uint8_t *id;
    size_t bytes;
    size_t length = UNTOUCHED;
    uint8_t *room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_put_event_log(&content, room, 8, &length), MW_OK);
    check_pdu(room, length, "0C 06 00 00 01 08 01 21");
    assert_int_equal(mw_modbus_get_events(room, 8, &content), MW_OK);
    assert_int_equal(content.log_bytes, 0);
    room = frames_room();
    assert_int_equal(mw_modbus_put_server_id(NULL, 0, room, 2, &length), MW_OK);
    check_pdu(room, length, "11 00");
    assert_int_equal(mw_modbus_get_server_id(room, 2, &id, &bytes), MW_OK);
    assert_int_equal(bytes, 0);
}

/* 64 events (AP 6.10), 121 registers to write (AP 6.17). */
MW_TEST(more_than_the_specification_has_is_no_reply)
{
    static const uint8_t events_64[72] = {0x0C, 70};
    static const uint8_t events_65[73] = {0x0C, 71};
    static const uint8_t writes_121[252] = {0x17, 0, 0, 0, 1, 0, 0, 0, 121, 242};
    static const uint8_t writes_122[254] = {0x17, 0, 0, 0, 1, 0, 0, 0, 122, 244};
    static const uint8_t writes_none[10] = {0x17, 0, 0, 0, 1, 0, 0, 0, 0, 0};
    mw_modbus_events events;
    mw_modbus_read_write read_write;
    mw_modbus_reply reply;
    (void)state;
    assert_int_equal(mw_modbus_get_events(events_64, sizeof events_64, &events), MW_OK);
    assert_int_equal(events.log_bytes, 64);
    assert_int_equal(mw_modbus_get_events(events_65, sizeof events_65, &events), MW_ERR_FRAME);
    assert_int_equal(decode(MW_MODBUS_TCP, "0C", events_64, sizeof events_64, &reply), MW_OK);
    assert_int_equal(decode(MW_MODBUS_TCP, "0C", events_65, sizeof events_65, &reply), MW_ERR_MISMATCH);
    assert_int_equal(mw_modbus_get_read_write(writes_121, sizeof writes_121, &read_write), MW_OK);
    assert_int_equal(mw_modbus_get_read_write(writes_122, sizeof writes_122, &read_write), MW_ERR_FRAME);
    assert_int_equal(mw_modbus_get_read_write(writes_none, sizeof writes_none, &read_write), MW_ERR_FRAME);
}

MW_TEST(a_part_of_a_file_has_records_and_begins_inside)
{
    static const uint8_t asked[] = {0x14, 7, 6, 0, 4, 0, 1, 0, 2};
    mw_modbus_file_part part = {4, 1, 0, NULL};
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    size_t position = sizeof asked + 1;
    size_t length = UNTOUCHED;
    (void)state;
    mw_modbus_file_begin(MW_MODBUS_READ_FILE, pdu);
    assert_int_equal(mw_modbus_file_ask(&part, pdu, sizeof pdu, &length), MW_ERR_ARGUMENT);
    assert_int_equal(length, UNTOUCHED);
    assert_int_equal(mw_modbus_file_asked(asked, sizeof asked, &position, &part), MW_ERR_FRAME);
    position = sizeof asked;
    assert_int_equal(mw_modbus_file_asked(asked, sizeof asked, &position, &part), MW_END);
}

/* 81, 82 and 83: basic, regular and extended (AP 6.21). */
MW_TEST(an_identification_conforms_to_what_there_is)
{
    static const uint8_t request[] = {0x2B, 0x0E, 1, 0};
    size_t length = UNTOUCHED;
    uint8_t *room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_serve_id(NULL, 0, request, 4, room, 6, &length), MW_MODBUS_DEVICE_FAILURE);
    assert_int_equal(length, UNTOUCHED);
    assert_true(frames_intact_from(0));
    assert_int_equal(mw_modbus_serve_id(NULL, 0, request, 4, room, 7, &length), 0);
    check_pdu(room, length, "2B 0E 01 81 00 00 00");
    for (size_t count = 1; count <= MW_COUNT(objects); count++) {
        room = frames_room();
        assert_int_equal(mw_modbus_serve_id(objects, count, request, 4, room, 253, &length), 0);
        assert_int_equal(room[3], count <= 3 ? 0x81 : count == 4 ? 0x82 : 0x83);
    }
}

/* AP 6.21: 0x80 for individual access, and the widest category there are objects of. */
MW_TEST(an_identification_says_which_categories_it_has)
{
    static const uint8_t conformity[] = {0x81, 0x81, 0x81, 0x81, 0x82, 0x83, 0x83};
    (void)state;
    for (size_t count = 0; count <= MW_COUNT(objects); count++) {
        static const uint8_t request[] = {43, 14, 1, 0};
        size_t length;
        uint8_t *const room = frames_room();
        assert_int_equal(mw_modbus_serve_id(objects, count, request, 4, room, 253, &length), 0);
        assert_int_equal(room[3], conformity[count]);
    }
}

/* What follows the one byte that was sent is not looked at. */
MW_TEST(an_identification_is_not_judged_by_what_is_behind_the_request)
{
    static const uint8_t request[] = {43, 13};
    size_t length;
    (void)state;
    assert_int_equal(mw_modbus_serve_id(objects, 3, request, 1, frames_room(), 253, &length), MW_MODBUS_ILLEGAL_VALUE);
    assert_int_equal(mw_modbus_serve_id(objects, 3, request, 2, frames_room(), 253, &length),
                     MW_MODBUS_ILLEGAL_FUNCTION);
}

/* AP 6.20: the interface of CANopen has any data, also none. */
MW_TEST(an_interface_that_is_not_known_may_have_no_data)
{
    static const uint8_t pdu[] = {43, 13};
    size_t length;
    uint8_t *const room = frames_room();
    (void)state;
    assert_int_equal(mw_modbus_encode_pdu(MW_MODBUS_TCP, 1, 2, pdu, 1, room, 260, &length), MW_ERR_ARGUMENT);
    assert_int_equal(mw_modbus_encode_pdu(MW_MODBUS_TCP, 1, 2, pdu, 2, room, 260, &length), MW_OK);
    check_pdu(room, length, "00 01 00 00 00 03 02 2B 0D");
}

/* Also of functions that the specification does not have. */
MW_TEST(a_reply_has_the_function_of_its_request)
{
    (void)state;
    for (unsigned asked = 1; asked < 128; asked += MW_STRIDE(3)) {
        for (unsigned answered = 1; answered < 128; answered++) {
            char request[16];
            char reply[16];
            const bool open =
                asked > 24 || asked == 9 || asked == 10 || asked == 13 || asked == 14 || asked == 18 || asked == 19;
            (void)snprintf(request, sizeof request, "%02X", asked);
            (void)snprintf(reply, sizeof reply, "%02X", answered);
            if (open && asked != 43) {
                assert_int_equal(decode_hex(MW_MODBUS_RTU, request, reply) == MW_OK, asked == answered);
            }
        }
    }
}

MW_TEST(an_event_log_may_be_empty)
{
    static const uint8_t pdu[] = {0x0C, 6, 0, 0, 1, 8, 1, 0x21};
    mw_modbus_events got;
    (void)state;
    assert_int_equal(mw_modbus_get_events(pdu, sizeof pdu, &got), MW_OK);
    assert_int_equal(got.event_count, 0x108);
    assert_int_equal(got.message_count, 0x121);
    assert_int_equal(got.log_bytes, 0);
}

MW_TEST(a_server_id_has_its_function)
{
    static const uint8_t pdu[] = {0x0C, 1, 0x42};
    const uint8_t *got;
    size_t bytes;
    (void)state;
    assert_int_equal(mw_modbus_get_server_id(pdu, sizeof pdu, &got, &bytes), MW_ERR_FRAME);
}

MW_TESTS(MW_CASE(replies_of_every_function_are_taken), MW_CASE(the_reply_to_another_function_is_none),
         MW_CASE(every_exception_of_every_function_keeps_its_code), MW_CASE(a_reply_that_is_longer_or_shorter_is_none),
         MW_CASE(noise_answers_no_function), MW_CASE(bits_are_asked_for_and_written_as_in_the_specification),
         MW_CASE(bits_behind_the_last_one_are_sent_as_0), MW_CASE(counts_of_bits_are_those_of_the_specification),
         MW_CASE(bits_end_at_65535_and_need_their_room), MW_CASE(bits_of_every_count_are_taken_with_just_their_bytes),
         MW_CASE(bits_are_numbered_from_the_lowest), MW_CASE(requests_of_every_function_become_frames),
         MW_CASE(what_is_no_request_becomes_no_frame),
         MW_CASE(replies_of_every_function_come_through_the_link_in_every_split),
         MW_CASE(replies_behind_those_of_others_come_through_the_link),
         MW_CASE(exceptions_of_every_function_come_through_the_link),
         MW_CASE(what_is_wrong_does_not_come_through_the_link), MW_CASE(registers_come_through_the_framer_of_registers),
         MW_CASE(diagnostics_there_and_back), MW_CASE(events_there_and_back), MW_CASE(server_ids_there_and_back),
         MW_CASE(mask_writes_there_and_back), MW_CASE(reads_with_writes_there_and_back), MW_CASE(queues_there_and_back),
         MW_CASE(file_records_are_asked_for_and_given), MW_CASE(file_records_are_written),
         MW_CASE(s14_to_s16_file_records_that_do_not_fit_are_refused),
         MW_CASE(a_list_of_records_to_write_counts_251_bytes_at_most),
         MW_CASE(an_identification_is_served_as_in_the_specification),
         MW_CASE(an_identification_is_read_to_its_end_in_any_room), MW_CASE(s23_wrong_requests_for_identification),
         MW_CASE(identifications_that_are_cut_off_are_none), MW_CASE(parts_are_taken_of_their_own_function_only),
         MW_CASE(each_field_of_the_events_has_its_own_place), MW_CASE(a_log_or_an_id_may_be_empty),
         MW_CASE(more_than_the_specification_has_is_no_reply), MW_CASE(a_part_of_a_file_has_records_and_begins_inside),
         MW_CASE(an_identification_conforms_to_what_there_is), MW_CASE(an_identification_says_which_categories_it_has),
         MW_CASE(an_identification_is_not_judged_by_what_is_behind_the_request),
         MW_CASE(an_interface_that_is_not_known_may_have_no_data), MW_CASE(a_reply_has_the_function_of_its_request),
         MW_CASE(an_event_log_may_be_empty), MW_CASE(a_server_id_has_its_function))
