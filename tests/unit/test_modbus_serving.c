/* SPDX-License-Identifier: MIT */
/* A server of bits, registers and everything else for several units. Rows named S.. are wrong requests that other
 * servers answer from stale bytes, obey in part, or overflow on. */
#include <meterwire/modbus.h>

#include "modbus_frames.h"

#define UNTOUCHED ((size_t)12345)
#define FIRST     0x10u
#define BITS      40u
#define REGS      64u

static const mw_modbus_framing framings[] = {MW_MODBUS_RTU, MW_MODBUS_TCP};

/* Two units, 0x11 and 0x12, each with coils, discrete inputs, holding and input registers from FIRST on. */
typedef struct unit_map {
    uint8_t bits[2][BITS];
    uint8_t regs[2][2 * REGS];
} unit_map;

typedef struct app {
    unit_map units[2];
    unsigned reads;
    unsigned writes;
    unsigned others;
    uint8_t exception;    /* of `other` */
    const uint8_t *other; /* its reply */
    size_t other_bytes;
    size_t other_says; /* bytes it claims, if not 0 */
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    size_t pdu_bytes;
} app;

static bool has(mw_modbus_area area, uint16_t address, uint16_t count)
{
    const unsigned most = area == MW_MODBUS_COILS || area == MW_MODBUS_DISCRETE ? BITS : REGS;
    return address >= FIRST && (uint32_t)address + count <= FIRST + most;
}

static uint8_t app_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    app *const a = (app *)user;
    const mw_modbus_area area = mw_modbus_area_of(function);
    const unit_map *const m = &a->units[unit == 0x12];
    a->reads++;
    if (!has(area, address, count)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    if (area == MW_MODBUS_COILS || area == MW_MODBUS_DISCRETE) {
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(data[i / 8] >> i % 8, 0);
            data[i / 8] |= (uint8_t)(m->bits[area == MW_MODBUS_DISCRETE][address - FIRST + i] << i % 8);
        }
        data[(count - 1u) / 8] |= (uint8_t)(0xFE << (count - 1u) % 8); /* sloppy: not the server's business */
        return 0;
    }
    memcpy(data, m->regs[area == MW_MODBUS_INPUT] + 2 * (address - FIRST), 2 * (size_t)count);
    return 0;
}

static uint8_t app_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                         const uint8_t *data)
{
    app *const a = (app *)user;
    const mw_modbus_area area = mw_modbus_area_of(function);
    a->writes++;
    if (!has(area, address, count)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    for (size_t n = 0; n < 2; n++) {
        unit_map *const m = &a->units[n];
        if (unit != 0 && unit != 0x11 + n) {
            continue;
        }
        if (area == MW_MODBUS_COILS) {
            for (size_t i = 0; i < count; i++) {
                m->bits[0][address - FIRST + i] = mw_modbus_bit(data, i);
            }
        } else {
            memcpy(m->regs[0] + 2 * (address - FIRST), data, 2 * (size_t)count);
        }
    }
    return 0;
}

static bool app_serves(void *user, uint8_t unit)
{
    (void)user;
    return unit == 0x11 || unit == 0x12;
}

static uint8_t app_other(void *user, uint8_t unit, const uint8_t *pdu, size_t pdu_bytes, uint8_t *reply, size_t size,
                         size_t *reply_bytes)
{
    app *const a = (app *)user;
    (void)unit;
    a->others++;
    memcpy(a->pdu, pdu, pdu_bytes);
    a->pdu_bytes = pdu_bytes;
    assert_int_equal(*reply_bytes, 0);
    assert_in_range(size, 5, MW_MODBUS_PDU_MAX);
    if (a->other_bytes <= size && a->other_bytes > 0) {
        memcpy(reply, a->other, a->other_bytes);
    }
    *reply_bytes = a->other_says != 0 ? a->other_says : a->other_bytes;
    return a->exception;
}

static app the_app;

static mw_modbus_server new_server(void)
{
    mw_modbus_server server;
    memset(&the_app, 0, sizeof the_app);
    for (unsigned n = 0; n < 2; n++) {
        for (unsigned i = 0; i < BITS; i++) {
            the_app.units[n].bits[0][i] = (0xCDu >> i % 8 & 1) != n;
            the_app.units[n].bits[1][i] = i % 3 == 0;
        }
        for (unsigned i = 0; i < REGS; i++) {
            the_app.units[n].regs[0][2 * i] = (uint8_t)(0xA0 + n);
            the_app.units[n].regs[0][2 * i + 1] = (uint8_t)i;
            the_app.units[n].regs[1][2 * i] = 0xB0;
            the_app.units[n].regs[1][2 * i + 1] = (uint8_t)i;
        }
    }
    server.user = &the_app;
    server.read = app_read;
    server.write = app_write;
    server.serves = app_serves;
    server.other = app_other;
    return server;
}

static size_t serve_unit(const mw_modbus_server *server, mw_modbus_framing framing, uint8_t unit, const uint8_t *pdu,
                         size_t pdu_bytes, size_t size)
{
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    const size_t length = frames_put(framing, 0x0708, unit, pdu, pdu_bytes, frame);
    uint8_t *const copy = frames_copy(frame, length);
    size_t reply_length = UNTOUCHED;
    assert_int_equal(mw_modbus_serve(server, framing, copy, length, frames_room(), size, &reply_length), MW_OK);
    assert_true(frames_intact_from(size));
    assert_true(reply_length <= size);
    frames_free(copy, length);
    return reply_length;
}

static void check_unit(const mw_modbus_server *server, mw_modbus_framing framing, uint8_t unit, const char *request,
                       const char *reply)
{
    uint8_t pdu[MW_MODBUS_FRAME_MAX];
    uint8_t expected[MW_MODBUS_FRAME_MAX];
    const size_t bytes = mw_hex(request, pdu, sizeof pdu);
    const size_t length = serve_unit(server, framing, unit, pdu, bytes, MW_MODBUS_FRAME_MAX);
    const size_t wanted = reply[0] == '\0' ? 0 : frames_put_hex(framing, 0x0708, unit, reply, expected);
    if (length != wanted || (wanted > 0 && memcmp(frames_output + FRAMES_CANARIES, expected, wanted) != 0)) {
        printf("%s is not answered by %s\n", request, reply);
    }
    assert_int_equal(length, wanted);
    assert_memory_equal(frames_output + FRAMES_CANARIES, expected, wanted);
}

typedef struct row {
    const char *request;
    const char *reply;
} row;

static void check_rows(const row *rows, size_t count, bool changes)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t f = 0; f < MW_COUNT(framings); f++) {
            const mw_modbus_server server = new_server();
            const app before = the_app;
            check_unit(&server, framings[f], 0x11, rows[i].request, rows[i].reply);
            assert_int_equal(the_app.others, 0);
            if (!changes) {
                assert_memory_equal(&the_app.units, &before.units, sizeof before.units);
            }
        }
    }
}

MW_TEST(bits_are_read_packed_and_what_is_behind_them_is_0)
{
    static const row rows[] = {
        {"01 00 10 00 08", "01 01 CD"},    {"01 00 10 00 0A", "01 02 CD 01"},
        {"01 00 11 00 03", "01 01 06"},    {"01 00 10 00 28", "01 05 CD CD CD CD CD"},
        {"02 00 10 00 09", "02 02 49 00"}, {"02 00 10 00 01", "02 01 01"},
        {"01 00 0F 00 01", "81 02"},       {"01 00 10 00 29", "81 02"},
        {"02 00 38 00 01", "82 02"},
    };
    (void)state;
    check_rows(rows, MW_COUNT(rows), false);
}

MW_TEST(writes_reach_bits_and_registers_of_their_unit)
{
    static const struct {
        row exchange;
        row then;
    } rows[] = {
        {{"05 00 11 FF 00", "05 00 11 FF 00"}, {"01 00 10 00 08", "01 01 CF"}},
        {{"05 00 10 00 00", "05 00 10 00 00"}, {"01 00 10 00 08", "01 01 CC"}},
        {{"0F 00 13 00 0A 02 CD 01", "0F 00 13 00 0A"}, {"01 00 10 00 10", "01 02 6D CE"}},
        {{"06 00 10 12 34", "06 00 10 12 34"}, {"03 00 10 00 02", "03 04 12 34 A0 01"}},
        {{"10 00 10 00 01 02 56 78", "10 00 10 00 01"}, {"03 00 10 00 01", "03 02 56 78"}},
        /* AP 6.16: 12 AND F2 OR (25 AND NOT F2) is 17; here A0 04: high A0 AND 00 is 0. */
        {{"16 00 14 00 F2 00 25", "16 00 14 00 F2 00 25"}, {"03 00 14 00 01", "03 02 00 05"}},
        {{"16 00 10 FF FF FF FF", "16 00 10 FF FF FF FF"}, {"03 00 10 00 01", "03 02 A0 00"}},
        /* What is read has been written. */
        {{"17 00 10 00 02 00 11 00 01 02 12 34", "17 04 A0 00 12 34"}, {"03 00 10 00 02", "03 04 A0 00 12 34"}},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        for (size_t f = 0; f < MW_COUNT(framings); f++) {
            const mw_modbus_server server = new_server();
            const unit_map other = the_app.units[1];
            check_unit(&server, framings[f], 0x11, rows[i].exchange.request, rows[i].exchange.reply);
            assert_int_equal(the_app.writes, 1);
            check_unit(&server, framings[f], 0x11, rows[i].then.request, rows[i].then.reply);
            assert_memory_equal(&the_app.units[1], &other, sizeof other);
        }
    }
}

MW_TEST(each_unit_has_its_own_answer)
{
    const mw_modbus_server server = new_server();
    (void)state;
    check_unit(&server, MW_MODBUS_RTU, 0x11, "03 00 10 00 01", "03 02 A0 00");
    check_unit(&server, MW_MODBUS_RTU, 0x12, "03 00 10 00 01", "03 02 A1 00");
    check_unit(&server, MW_MODBUS_RTU, 0x13, "03 00 10 00 01", "");
    check_unit(&server, MW_MODBUS_TCP, 0x13, "41", "");
    assert_int_equal(the_app.others, 0);
}

MW_TEST(s02_to_s22_wrong_requests_of_bits_and_registers_change_nothing)
{
    static const row rows[] = {
        {"01 00 10 00 00", "81 03"}, /* S02 */
        {"02 00 10 07 D1", "82 03"}, /* S03 */
        {"01 00 10 FF FF", "81 03"},
        {"01 FF FF 00 02", "81 02"}, /* S04 */
        {"01", "81 03"},             /* S05 */
        {"02 00 10 00", "82 03"},
        {"01 00 10 00 01 05 00 10 FF 00", "81 03"}, /* S06 */
        {"05 00 11 FF 00 05 00 12 FF 00", "85 03"},
        {"05 00 11", "85 03"}, /* S07 */
        {"05 00 11 FF", "85 03"},
        {"0F 00 10 00 10 01 FF", "8F 03"}, /* S08, S11 */
        {"0F 00 10 00 08 02 FF FF", "8F 03"},
        {"0F 00 10 00 10 02 FF", "8F 03"}, /* S09 */
        {"0F 00 10 00 10 02 FF FF FF", "8F 03"},
        {"0F 00 10 00 10 FF FF FF", "8F 03"}, /* S10 */
        {"0F 00 10 00 00 00", "8F 03"},
        {"0F 00 10 07 B1 F7 00 00", "8F 03"}, /* S12 */
        {"0F 00 10 00 29 06 FF FF FF FF FF FF", "8F 02"},
        {"0F FF FF 00 02 01 03", "8F 02"},
        {"0F FF FF 00 02 02 03 00", "8F 03"},
        {"0F 00 10 08 01 01 FF", "8F 03"}, /* 2049 / 8 + 1 = 257 = 256 + 1 */
        {"0F", "8F 03"},
        {"17 00 10 00 01 00 00 00 01 02 12 34", "97 02"}, /* S13 */
        {"17 00 00 00 01 00 10 00 01 02 12 34", "97 02"},
        {"17 00 10 00 00 00 10 00 01 02 12 34", "97 03"},
        {"17 00 10 00 7E 00 10 00 01 02 12 34", "97 03"},
        {"17 00 10 00 01 00 10 00 00 00", "97 03"},
        {"17 00 10 00 01 00 10 00 02 02 12 34", "97 03"},
        {"17 00 10 00 01 00 10 00 01 02 12", "97 03"},
        {"17 00 10 00 01 00 10 00 01 02 12 34 56", "97 03"},
        {"17 FF FF 00 02 00 10 00 01 02 12 34", "97 02"},
        {"17 00 10 00 01 FF FF 00 02 04 12 34 56 78", "97 02"},
        {"17 00 10 00 01 00 10 00 81 02 12 34", "97 03"}, /* 2 * 129 = 256 + 2 */
        {"17", "97 03"},
        {"16 00 10", "96 03"}, /* S21 */
        {"16 00 10 00 F2 00", "96 03"},
        {"16 00 10 00 F2 00 25 00", "96 03"},
        {"16 00 50 00 F2 00 25", "96 02"},
        {"05 00 10 12 34", "85 03"}, /* S22 */
        {"05 00 10 FF 01", "85 03"},
        {"05 00 10 01 00", "85 03"},
        {"05 00 10 00 FF", "85 03"},
        {"05 00 38 FF 00", "85 02"},
    };
    (void)state;
    check_rows(rows, MW_COUNT(rows), false);
}

/* CVE-2019-14462: all triples of quantity, byte count and length. */
MW_TEST(quantity_byte_count_and_data_of_bits_must_all_agree)
{
    const mw_modbus_server server = new_server();
    (void)state;
    for (unsigned quantity = 0; quantity < 2100; quantity += quantity < 50 ? 1 : 97) {
        for (unsigned byte_count = 0; byte_count < 256; byte_count += byte_count < 10 ? 1 : 11) {
            for (size_t data = 0; data <= 247; data += data < 10 ? 1 : 11) {
                uint8_t pdu[MW_MODBUS_PDU_MAX] = {15, 0, FIRST};
                const bool agree =
                    quantity >= 1 && quantity <= 1968 && byte_count == (quantity + 7) / 8 && data == byte_count;
                const size_t at = FRAMES_CANARIES + 7;
                pdu[3] = (uint8_t)(quantity >> 8);
                pdu[4] = (uint8_t)quantity;
                pdu[5] = (uint8_t)byte_count;
                the_app.writes = 0;
                (void)serve_unit(&server, MW_MODBUS_TCP, 0x11, pdu, 6 + data, 260);
                assert_int_equal(the_app.writes, agree ? 1 : 0);
                assert_int_equal(frames_output[at], agree && quantity <= BITS ? 15 : 0x8F);
                if (!agree) {
                    assert_int_equal(frames_output[at + 1], 3);
                }
            }
        }
    }
}

/* CVE-2024-10918. */
MW_TEST(functions_of_fixed_length_have_just_that)
{
    static const struct {
        uint8_t function;
        size_t length;
    } rows[] = {{1, 5}, {2, 5}, {5, 5}, {22, 7}};
    const mw_modbus_server server = new_server();
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        for (size_t bytes = 1; bytes <= 253; bytes++) {
            uint8_t pdu[MW_MODBUS_PDU_MAX] = {0, 0, FIRST, 0, 0};
            pdu[0] = rows[i].function;
            pdu[4] = rows[i].function <= 2 ? 1 : 0;
            (void)serve_unit(&server, MW_MODBUS_TCP, 0x11, pdu, bytes, 260);
            assert_int_equal(frames_output[FRAMES_CANARIES + 7],
                             rows[i].function | (bytes == rows[i].length ? 0 : 0x80));
        }
    }
}

/* ---- everything else ---- */

MW_TEST(other_functions_are_the_applications)
{
    static const row rows[] = {
        {"07", "07 6D"},
        {"08 00 00 A5 37", "08 00 00 A5 37"},
        {"08 00 00 A5 37 01 02", "08 00 00 A5 37 01 02"},
        {"0B", "0B FF FF 01 08"},
        {"0C", "0C 08 00 00 01 08 01 21 20 00"},
        {"11", "11 02 42 FF"},
        {"14 07 06 00 04 00 01 00 02", "14 06 05 06 0D FE 00 20"},
        {"15 09 06 00 04 00 07 00 01 06 AF", "15 09 06 00 04 00 07 00 01 06 AF"},
        {"18 04 DE", "18 00 06 00 02 01 B8 12 84"},
        {"2B 0E 04 02", "2B 0E 04 83 00 00 01 02 05 56 32 2E 31 31"},
        {"2B 0D 01 02 03", "2B 0D"},
        {"41", "41"},
        {"7F", "7F 01"},
        {"6E 01 02 03", "6E FF FF"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        for (size_t f = 0; f < MW_COUNT(framings); f++) {
            const mw_modbus_server server = new_server();
            uint8_t request[MW_MODBUS_PDU_MAX];
            uint8_t reply[MW_MODBUS_PDU_MAX];
            the_app.other = reply;
            the_app.other_bytes = mw_hex(rows[i].reply, reply, sizeof reply);
            check_unit(&server, framings[f], 0x11, rows[i].request, rows[i].reply);
            assert_int_equal(the_app.others, 1);
            assert_int_equal(the_app.pdu_bytes, mw_hex(rows[i].request, request, sizeof request));
            assert_memory_equal(the_app.pdu, request, the_app.pdu_bytes);
        }
    }
}

MW_TEST(s14_to_s26_wrong_requests_never_reach_the_application)
{
    static const row rows[] = {
        {"07 00", "87 03"},       {"0B 01", "8B 03"},
        {"0C 00", "8C 03"},       {"11 00", "91 03"}, /* S18, S19 */
        {"08 00 00 A5", "88 03"}, {"14", "94 03"},
        {"14 08 06", "94 03"},    {"15 01", "95 03"},
        {"18 04", "98 03"},       {"18 04 DE 00", "98 03"},
        {"2B", "AB 03"},          {"2B 0E", "AB 03"},
        {"2B 0E 01", "AB 03"},    {"2B 0E 01 00 00", "AB 03"}, /* S23 */
        {"00", "80 01"},          {"00 00 10", "80 01"},       /* S25 */
    };
    (void)state;
    check_rows(rows, MW_COUNT(rows), false);
}

/* S26: what looks like a refusal is no function of the application's, either. */
MW_TEST(s26_refusals_never_reach_the_application)
{
    const mw_modbus_server server = new_server();
    (void)state;
    for (unsigned function = 0x80; function < 0x100; function++) {
        const uint8_t pdu[] = {(uint8_t)function, 2};
        assert_int_equal(serve_unit(&server, MW_MODBUS_RTU, 0x11, pdu, 2, 260), 0);
        assert_int_equal(serve_unit(&server, MW_MODBUS_TCP, 0x11, pdu, 2, 260), 9);
        assert_int_equal(frames_output[FRAMES_CANARIES + 7], function);
        assert_int_equal(frames_output[FRAMES_CANARIES + 8], 1);
    }
    assert_int_equal(the_app.others, 0);
}

MW_TEST(exceptions_and_silence_of_the_application)
{
    const mw_modbus_server server = new_server();
    uint8_t reply[MW_MODBUS_PDU_MAX] = {0x41};
    (void)state;
    check_unit(&server, MW_MODBUS_RTU, 0x11, "08 00 04 00 00", ""); /* listen only: no answer */
    the_app.exception = 6;
    check_unit(&server, MW_MODBUS_RTU, 0x11, "41", "C1 06");
    the_app.exception = 0;
    the_app.other = reply;
    the_app.other_bytes = 253;
    {
        const uint8_t pdu[] = {0x41};
        assert_int_equal(serve_unit(&server, MW_MODBUS_RTU, 0x11, pdu, 1, 260), 256);
        assert_int_equal(serve_unit(&server, MW_MODBUS_RTU, 0x11, pdu, 1, 255), 5); /* exception 4 */
        assert_int_equal(frames_output[FRAMES_CANARIES + 2], 4);
    }
    the_app.other_bytes = 1;
    the_app.other_says = 254;
    check_unit(&server, MW_MODBUS_TCP, 0x11, "41", "C1 04");
}

MW_TEST(without_functions_of_its_own_the_server_asks_other)
{
    mw_modbus_server server = new_server();
    static const char *const pdus[] = {"03 00 10 00 01", "01 00 10 00 01", "06 00 10 12 34", "16 00 10 00 F2 00 25",
                                       "17 00 10 00 01 00 10 00 01 02 12 34"};
    (void)state;
    server.read = NULL;
    server.write = NULL;
    for (size_t i = 0; i < MW_COUNT(pdus); i++) {
        check_unit(&server, MW_MODBUS_TCP, 0x11, pdus[i], "");
        assert_int_equal(the_app.others, i + 1);
    }
    server.other = NULL;
    check_unit(&server, MW_MODBUS_TCP, 0x11, "03 00 10 00 01", "83 01");
    check_unit(&server, MW_MODBUS_TCP, 0x11, "41", "C1 01");
    server = new_server();
    server.other = NULL;
    server.write = NULL;
    check_unit(&server, MW_MODBUS_TCP, 0x11, "16 00 10 00 F2 00 25", "96 01");
    check_unit(&server, MW_MODBUS_TCP, 0x11, "17 00 10 00 01 00 10 00 01 02 12 34", "97 01");
    check_unit(&server, MW_MODBUS_TCP, 0x11, "05 00 10 FF 00", "85 01");
}

MW_TEST(broadcasts_reach_all_units_and_are_not_answered)
{
    static const char *const pdus[] = {"05 00 11 FF 00",          "06 00 10 12 34",       "0F 00 13 00 0A 02 CD 01",
                                       "10 00 10 00 01 02 56 78", "16 00 10 00 F2 00 25", "41 01",
                                       "03 00 10 00 01",          "01 00 10 00 00",       "15 01"};
    const mw_modbus_server server = new_server();
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pdus); i++) {
        check_unit(&server, MW_MODBUS_RTU, 0, pdus[i], "");
    }
    assert_int_equal(the_app.writes, 5);
    assert_int_equal(the_app.others, 1);
    check_unit(&server, MW_MODBUS_RTU, 0x12, "01 00 10 00 08", "01 01 6A"); /* 32 with bit 1 and bits 3 to 12 set */
    check_unit(&server, MW_MODBUS_RTU, 0x11, "03 00 10 00 01", "03 02 00 75");
    check_unit(&server, MW_MODBUS_RTU, 0x12, "03 00 10 00 01", "03 02 00 75");
}

MW_TEST(what_does_not_fit_is_not_done)
{
    static const struct {
        const char *request;
        size_t reply_bytes;
    } rows[] = {{"16 00 10 00 F2 00 25", 7},
                {"17 00 10 00 04 00 10 00 01 02 12 34", 10},
                {"01 00 10 00 28", 7},
                {"0F 00 13 00 0A 02 CD 01", 5}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        for (size_t size = 8; size < 16; size++) {
            const mw_modbus_server server = new_server();
            uint8_t pdu[32];
            const size_t bytes = mw_hex(rows[i].request, pdu, sizeof pdu);
            const size_t length = serve_unit(&server, MW_MODBUS_RTU, 0x11, pdu, bytes, size);
            if (size < 3 + rows[i].reply_bytes) {
                assert_int_equal(length, 5);
                assert_int_equal(frames_output[FRAMES_CANARIES + 2], 4);
                assert_int_equal(the_app.reads + the_app.writes, 0);
            } else {
                assert_int_equal(length, 3 + rows[i].reply_bytes);
            }
        }
    }
}

MW_TEST(requests_without_sense_do_no_harm)
{
    uint32_t seed = 11;
    const mw_modbus_server server = new_server();
    (void)state;
    for (unsigned round = 0; round < MW_ROUNDS(20000); round++) {
        uint8_t pdu[40];
        const size_t bytes = 1 + frames_random(&seed) % sizeof pdu;
        for (size_t i = 0; i < sizeof pdu; i++) {
            pdu[i] = frames_random(&seed) < 128 ? frames_random(&seed) % 20 : frames_random(&seed);
        }
        pdu[0] = (uint8_t)(frames_random(&seed) % 48);
        (void)serve_unit(&server, framings[round % 2], 0x11, pdu, bytes, 12u + frames_random(&seed));
    }
}

MW_TESTS(MW_CASE(bits_are_read_packed_and_what_is_behind_them_is_0),
         MW_CASE(writes_reach_bits_and_registers_of_their_unit), MW_CASE(each_unit_has_its_own_answer),
         MW_CASE(s02_to_s22_wrong_requests_of_bits_and_registers_change_nothing),
         MW_CASE(quantity_byte_count_and_data_of_bits_must_all_agree),
         MW_CASE(functions_of_fixed_length_have_just_that), MW_CASE(other_functions_are_the_applications),
         MW_CASE(s14_to_s26_wrong_requests_never_reach_the_application),
         MW_CASE(s26_refusals_never_reach_the_application), MW_CASE(exceptions_and_silence_of_the_application),
         MW_CASE(without_functions_of_its_own_the_server_asks_other),
         MW_CASE(broadcasts_reach_all_units_and_are_not_answered), MW_CASE(what_does_not_fit_is_not_done),
         MW_CASE(requests_without_sense_do_no_harm))
