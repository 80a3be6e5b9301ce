/* SPDX-License-Identifier: MIT */
/* Rows named S.. are wrong requests that other servers answer from stale bytes, obey in part, or overflow on. */
#include <meterwire/modbus.h>

#include "modbus_frames.h"

#define UNTOUCHED ((size_t)12345)

static const mw_modbus_framing framings[] = {MW_MODBUS_RTU, MW_MODBUS_TCP};

/* The application: 64 registers from 0x10 on, register i of them A000 + i at first, and what was asked of it. */
#define MAP_FIRST 0x10u
#define MAP_REGS  64u

typedef struct map {
    uint8_t regs[2 * MAP_REGS];
    uint8_t exception; /* to answer everything with, if it is not 0 */
    uint8_t unit_served;
    unsigned reads;
    unsigned writes;
    unsigned asked_to_serve;
    uint8_t unit;
    uint8_t function;
    uint16_t address;
    uint16_t count;
    const uint8_t *data; /* of the last write */
} map;

static void map_note(map *m, uint8_t unit, uint8_t function, uint16_t address, uint16_t count)
{
    m->unit = unit;
    m->function = function;
    m->address = address;
    m->count = count;
}

static bool map_has(uint16_t address, uint16_t count)
{
    return address >= MAP_FIRST && (uint32_t)address + count <= MAP_FIRST + MAP_REGS;
}

static uint8_t map_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    map *const m = (map *)user;
    m->reads++;
    map_note(m, unit, function, address, count);
    if (m->exception != 0) {
        return m->exception;
    }
    if (!map_has(address, count)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    memcpy(data, m->regs + 2 * (address - MAP_FIRST), 2 * (size_t)count);
    return 0;
}

static uint8_t map_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                         const uint8_t *data)
{
    map *const m = (map *)user;
    m->writes++;
    map_note(m, unit, function, address, count);
    m->data = data;
    if (m->exception != 0) {
        return m->exception;
    }
    if (!map_has(address, count)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    memcpy(m->regs + 2 * (address - MAP_FIRST), data, 2 * (size_t)count);
    return 0;
}

static bool map_serves(void *user, uint8_t unit)
{
    map *const m = (map *)user;
    m->asked_to_serve++;
    return unit == m->unit_served;
}

static mw_modbus_server map_server(map *m)
{
    mw_modbus_server server;
    memset(m, 0, sizeof *m);
    for (unsigned i = 0; i < MAP_REGS; i++) {
        m->regs[2 * i] = 0xA0;
        m->regs[2 * i + 1] = (uint8_t)i;
    }
    server.user = m;
    server.read = map_read;
    server.write = map_write;
    server.serves = NULL;
    server.other = NULL;
    return server;
}

static bool map_is_unchanged(const map *m)
{
    for (unsigned i = 0; i < MAP_REGS; i++) {
        if (m->regs[2 * i] != 0xA0 || m->regs[2 * i + 1] != i) {
            return false;
        }
    }
    return true;
}

/* The last answer; its bytes are in the room. */
typedef struct answer {
    mw_status status;
    uint8_t *bytes;
    size_t length;
} answer;

/* Serves a copy with nothing readable around it. Checks that the reply stays in its room and that no write was given
 * anything but bytes of the frame. */
static answer serve(const mw_modbus_server *server, mw_modbus_framing framing, const uint8_t *request, size_t length,
                    size_t size)
{
    const map *const m = (const map *)server->user;
    const unsigned writes = m->writes;
    uint8_t *const copy = frames_copy(request, length);
    answer result;
    result.bytes = frames_room();
    result.length = UNTOUCHED;
    result.status = mw_modbus_serve(server, framing, copy, length, result.bytes, size, &result.length);
    assert_true(frames_intact_from(size));
    if (result.status == MW_OK) {
        assert_true(result.length <= size);
    } else {
        assert_int_equal(result.length, UNTOUCHED);
    }
    if (m->writes != writes) {
        const size_t at = (size_t)(m->data - copy);
        assert_true(at < length && at + 2u * m->count <= length);
        assert_int_equal(result.status, MW_OK);
    }
    frames_free(copy, length);
    return result;
}

static answer serve_hex(const mw_modbus_server *server, mw_modbus_framing framing, const char *pdu)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    const size_t length = frames_put_hex(framing, 0x0708, 0x11, pdu, request);
    return serve(server, framing, request, length, MW_MODBUS_FRAME_MAX);
}

/* The reply has the unit, and on TCP the transaction, of the request. */
static void check_reply(mw_modbus_framing framing, answer result, const uint8_t *pdu, size_t pdu_bytes)
{
    uint8_t expected[MW_MODBUS_FRAME_MAX];
    const size_t length = frames_put(framing, 0x0708, 0x11, pdu, pdu_bytes, expected);
    assert_int_equal(result.status, MW_OK);
    assert_int_equal(result.length, length);
    assert_memory_equal(result.bytes, expected, length);
}

static void check_reply_hex(mw_modbus_framing framing, answer result, const char *pdu)
{
    uint8_t bytes[MW_MODBUS_FRAME_MAX];
    check_reply(framing, result, bytes, mw_hex(pdu, bytes, MW_MODBUS_PDU_MAX));
}

static void check_exception(mw_modbus_framing framing, answer result, unsigned function, unsigned exception)
{
    const uint8_t pdu[] = {(uint8_t)(function | 0x80), (uint8_t)exception};
    check_reply(framing, result, pdu, sizeof pdu);
}

/* A request and its reply, in both framings, each with a map of its own. `calls`: of the callbacks. */
typedef struct exchange {
    const char *id;
    const char *request;
    const char *reply;
    unsigned calls;
} exchange;

static void check_exchanges(const exchange *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t f = 0; f < MW_COUNT(framings); f++) {
            map m;
            const mw_modbus_server server = map_server(&m);
            check_reply_hex(framings[f], serve_hex(&server, framings[f], rows[i].request), rows[i].reply);
            if (m.reads + m.writes != rows[i].calls || !map_is_unchanged(&m)) {
                printf("%s\n", rows[i].id);
                assert_true(false);
            }
        }
    }
}

MW_TEST(s01_reads_are_answered_from_the_map)
{
    static const exchange rows[] = {
        {"two", "03 00 10 00 02", "03 04 A0 00 A0 01", 1},
        {"input registers", "04 00 20 00 03", "04 06 A0 10 A0 11 A0 12", 1},
        {"the last", "03 00 4F 00 01", "03 02 A0 3F", 1},
        {"one too low", "03 00 0F 00 01", "83 02", 1},
        {"one too high", "03 00 4F 00 02", "83 02", 1},
        {"far", "04 FF FF 00 01", "84 02", 1},
        {"as many as a request may read", "03 00 10 00 7D", "83 02", 1},
    };
    (void)state;
    check_exchanges(rows, MW_COUNT(rows));
}

MW_TEST(writes_reach_the_map_and_come_back)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        map m;
        const mw_modbus_server server = map_server(&m);
        check_reply_hex(framings[f], serve_hex(&server, framings[f], "06 00 11 12 34"), "06 00 11 12 34");
        assert_int_equal(m.writes, 1);
        assert_int_equal(m.unit, 0x11);
        assert_int_equal(m.function, 6);
        assert_int_equal(m.address, 0x11);
        assert_int_equal(m.count, 1);
        check_reply_hex(framings[f], serve_hex(&server, framings[f], "10 00 4E 00 02 04 00 0A 01 02"),
                        "10 00 4E 00 02");
        assert_int_equal(m.writes, 2);
        assert_int_equal(m.function, 16);
        assert_int_equal(m.address, 0x4E);
        assert_int_equal(m.count, 2);
        check_reply_hex(framings[f], serve_hex(&server, framings[f], "03 00 10 00 02"), "03 04 A0 00 12 34");
        check_reply_hex(framings[f], serve_hex(&server, framings[f], "03 00 4D 00 03"), "03 06 A0 3D 00 0A 01 02");
        check_reply_hex(framings[f], serve_hex(&server, framings[f], "06 00 50 12 34"), "86 02");
        check_reply_hex(framings[f], serve_hex(&server, framings[f], "10 00 4F 00 02 04 01 02 03 04"), "90 02");
        check_reply_hex(framings[f], serve_hex(&server, framings[f], "03 00 4F 00 01"), "03 02 01 02");
    }
}

MW_TEST(s02_to_s10_wrong_counts_and_lengths_are_illegal_values)
{
    static const exchange rows[] = {
        {"S02 none", "03 00 10 00 00", "83 03", 0},
        {"S02 none of input registers", "04 00 10 00 00", "84 03", 0},
        {"S03 126", "03 00 10 00 7E", "83 03", 0},
        {"S03 126 of input registers", "04 00 10 00 7E", "84 03", 0},
        {"S03 257", "03 00 10 01 01", "83 03", 0},
        {"S03 65535", "03 00 10 FF FF", "83 03", 0},
        {"S04 beyond the end", "03 FF FF 00 02", "83 02", 0},
        {"S04 beyond the end", "04 FF 84 00 7D", "84 02", 0},
        {"S05 function alone", "03", "83 03", 0},
        {"S05 address alone", "04 00 10", "84 03", 0},
        {"S05 half a count", "03 00 10 00", "83 03", 0},
        {"S06 a hidden frame of TCP", "03 00 10 00 01 00 02 00 00 00 06 11 06 00 10 12 34", "83 03", 0},
        {"S06 a hidden write", "03 00 10 00 01 06 00 10 12 34", "83 03", 0},
        {"S06 a hidden frame of RTU", "03 00 10 00 01 00 00 11 06 00 10 12 34", "83 03", 0},
        {"S06 behind a write", "06 00 10 12 34 06 00 11 12 34", "86 03", 0},
        {"S06 behind several", "10 00 10 00 01 02 12 34 06 00 11 12 34", "90 03", 0},
        {"S07 value missing", "06 00 10", "86 03", 0},
        {"S07 half a value", "06 00 10 12", "86 03", 0},
        {"S07 function alone", "06", "86 03", 0},
        {"S08 two registers in two bytes", "10 00 10 00 02 02 12 34", "90 03", 0},
        {"S08 one register in four bytes", "10 00 10 00 01 04 12 34 56 78", "90 03", 0},
        {"S08 odd", "10 00 10 00 01 01 12", "90 03", 0},
        {"S08 none", "10 00 10 00 00 00", "90 03", 0},
        {"S08 none in two bytes", "10 00 10 00 00 02 12 34", "90 03", 0},
        {"S08 129 in two bytes", "10 00 10 00 81 02 12 34", "90 03", 0}, /* 2 * 129 = 258 = 256 + 2 */
        {"S08 257 in two bytes", "10 00 10 01 01 02 12 34", "90 03", 0},
        {"S08 32769 in two bytes", "10 00 10 80 01 02 12 34", "90 03", 0},
        {"S09 two bytes less than counted", "10 00 10 00 02 04 12 34", "90 03", 0},
        {"S09 a byte less", "10 00 10 00 02 04 12 34 56", "90 03", 0},
        {"S09 a byte more", "10 00 10 00 02 04 12 34 56 78 9A", "90 03", 0},
        {"S09 no data", "10 00 10 00 02 04", "90 03", 0},
        {"S09 no byte count", "10 00 10 00 02", "90 03", 0},
        {"S09 function alone", "10", "90 03", 0},
        {"S10 byte count 255", "10 00 10 00 02 FF 12 34 56 78", "90 03", 0},
        {"beyond the end", "10 FF FF 00 02 04 12 34 56 78", "90 02", 0},
    };
    (void)state;
    check_exchanges(rows, MW_COUNT(rows));
}

/* AP 6.12, state diagram: quantity and byte count are looked at before the address. */
/* AP 6.17: both quantities are looked at before both addresses. */
MW_TEST(a_wrong_quantity_to_read_is_told_before_a_wrong_address_to_write)
{
    static const exchange rows[] = {
        {"none", "17 00 00 00 00 FF FF 00 02 04 00 01 00 02", "97 03", 0},
        {"126", "17 00 00 00 7E FF FF 00 02 04 00 01 00 02", "97 03", 0},
        {"1", "17 00 00 00 01 FF FF 00 02 04 00 01 00 02", "97 02", 0},
    };
    (void)state;
    check_exchanges(rows, MW_COUNT(rows));
}

MW_TEST(a_wrong_byte_count_is_an_illegal_value_even_beyond_the_end)
{
    static const exchange rows[] = {{"beyond the end", "10 FF FF 00 02 02 12 34", "90 03", 0}};
    (void)state;
    check_exchanges(rows, MW_COUNT(rows));
}

MW_TEST(s11_to_s26_wrong_requests_of_other_functions)
{
    static const exchange rows[] = {
        {"S11", "0F 00 10 00 10 01 FF", "8F 03", 0},
        {"S12", "0F 00 10 07 B1 F7 00 00", "8F 03", 0},
        {"S13", "17 00 10 00 01 00 00 00 01 02 12 34", "97 02", 2},
        {"S14", "14 0E 06 00 01 00 00 00 7C 06 00 01 00 00 00 7C", "94 01", 0},
        {"S16", "15 09 06 00 01 00 00 FF FF 12 34", "95 01", 0},
        {"S18", "11", "91 01", 0},
        {"S19", "07", "87 01", 0},
        {"S20", "55", "D5 01", 0},
        {"S20 with data", "55 00 10 00 01", "D5 01", 0},
        {"S21", "16 00 10", "96 03", 0},
        {"S22", "05 00 10 12 34", "85 03", 0},
        {"S23", "2B 0E", "AB 01", 0},
        {"S25", "00", "80 01", 0},
        {"S25 with data", "00 00 10 00 01", "80 01", 0},
    };
    (void)state;
    check_exchanges(rows, MW_COUNT(rows));
}

/* S26: on TCP the bit of an exception is set, not added, so that 83 is not answered as 03. On a serial line such a
 * frame is another device's answer, or the echo of an own one, and answering it could go on for ever. */
MW_TEST(s26_refusals_are_refused_on_tcp_and_ignored_on_rtu)
{
    static const struct {
        const char *request;
        const char *reply;
    } rows[] = {{"83 00 10 00 01", "83 01"}, {"83 02", "83 01"}, {"86 00 10 12 34", "86 01"}, {"FF", "FF 01"}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        map m;
        const mw_modbus_server server = map_server(&m);
        answer result = serve_hex(&server, MW_MODBUS_RTU, rows[i].request);
        assert_int_equal(result.status, MW_OK);
        assert_int_equal(result.length, 0);
        check_reply_hex(MW_MODBUS_TCP, serve_hex(&server, MW_MODBUS_TCP, rows[i].request), rows[i].reply);
        assert_int_equal(m.reads + m.writes, 0);
    }
}

MW_TEST(every_other_function_is_illegal_in_any_length)
{
    static const size_t lengths[] = {1, 2, 5, 8, 253};
    (void)state;
    for (unsigned function = 0; function < 256; function++) {
        if ((function >= 1 && function <= 6) || function == 15 || function == 16 || function == 22 || function == 23) {
            continue;
        }
        for (size_t i = 0; i < MW_COUNT(lengths); i++) {
            for (size_t f = 0; f < MW_COUNT(framings); f++) {
                map m;
                const mw_modbus_server server = map_server(&m);
                const uint8_t pdu[MW_MODBUS_PDU_MAX] = {(uint8_t)function, 0x00, 0x10, 0x00, 0x01, 0x02, 0x12, 0x34};
                uint8_t request[MW_MODBUS_FRAME_MAX];
                const size_t length = frames_put(framings[f], 0x0708, 0x11, pdu, lengths[i], request);
                if (framings[f] == MW_MODBUS_TCP || function < 0x80) {
                    check_exception(framings[f], serve(&server, framings[f], request, length, 260), function, 1);
                }
                assert_int_equal(m.reads + m.writes, 0);
            }
        }
    }
}

/* CVE-2024-10918: a request longer than its function is copied by its own length. */
MW_TEST(requests_of_fixed_length_have_just_that)
{
    static const uint8_t functions[] = {3, 4, 6};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(functions); i++) {
            for (size_t pdu_bytes = 1; pdu_bytes <= 253; pdu_bytes++) {
                map m;
                const mw_modbus_server server = map_server(&m);
                const uint8_t pdu[MW_MODBUS_PDU_MAX] = {functions[i], 0x00, 0x10, 0x00, 0x01};
                uint8_t request[MW_MODBUS_FRAME_MAX];
                const size_t length = frames_put(framings[f], 0x0708, 0x11, pdu, pdu_bytes, request);
                const answer result = serve(&server, framings[f], request, length, 260);
                if (pdu_bytes == 5) {
                    assert_int_equal(result.status, MW_OK);
                    assert_int_equal(m.reads + m.writes, 1);
                } else {
                    check_exception(framings[f], result, functions[i], 3);
                    assert_int_equal(m.reads + m.writes, 0);
                    assert_true(map_is_unchanged(&m));
                }
            }
        }
    }
}

/* What AP 6.12 says of a quantity, a byte count and as many bytes of data as came: an exception, or 0. */
static unsigned expected_of_write(unsigned quantity, unsigned byte_count, size_t data_bytes)
{
    if (quantity < 1 || quantity > 123 || byte_count != 2 * quantity || data_bytes != byte_count) {
        return 3;
    }
    return quantity > MAP_REGS ? 2 : 0;
}

MW_TEST(quantity_byte_count_and_data_of_a_write_must_all_agree)
{
    static const unsigned quantities[] = {0,   1,   2,   3,   63,  64,  65,    122,    123,    124,   125,
                                          127, 128, 129, 192, 255, 256, 0x101, 0x7FFF, 0x8001, 0xFFFF};
    map m;
    const mw_modbus_server server = map_server(&m);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(quantities); i++) {
        const unsigned quantity = quantities[i];
        for (unsigned byte_count = 0; byte_count < 256; byte_count++) {
            const unsigned lengths[] = {byte_count - 2,   byte_count - 1,   byte_count, byte_count + 1, byte_count + 2,
                                        2 * quantity - 1, 2 * quantity + 1, 0,          2 * quantity,   247};
            for (size_t j = 0; j < MW_COUNT(lengths); j++) {
                const uint8_t head[] = {
                    16, 0, MAP_FIRST, (uint8_t)(quantity >> 8), (uint8_t)quantity, (uint8_t)byte_count};
                uint8_t pdu[MW_MODBUS_PDU_MAX] = {0};
                uint8_t request[MW_MODBUS_FRAME_MAX];
                unsigned expected;
                size_t length;
                if (lengths[j] > 247) {
                    continue; /* does not fit into a PDU */
                }
                memcpy(pdu, head, sizeof head);
                length = frames_put(MW_MODBUS_TCP, 0x0708, 0x11, pdu, sizeof head + lengths[j], request);
                expected = expected_of_write(quantity, byte_count, lengths[j]);
                m.writes = 0;
                if (expected == 0) {
                    check_reply(MW_MODBUS_TCP, serve(&server, MW_MODBUS_TCP, request, length, 260), pdu, 5);
                } else {
                    check_exception(MW_MODBUS_TCP, serve(&server, MW_MODBUS_TCP, request, length, 260), 16, expected);
                }
                assert_int_equal(m.writes, expected == 3 ? 0 : 1);
            }
        }
    }
}

MW_TEST(counts_of_reads_are_1_to_125)
{
    map m;
    const mw_modbus_server server = map_server(&m);
    (void)state;
    for (unsigned function = 3; function <= 4; function++) {
        for (unsigned quantity = 0; quantity <= 300; quantity++) {
            const uint8_t pdu[] = {(uint8_t)function, 0, MAP_FIRST, (uint8_t)(quantity >> 8), (uint8_t)quantity};
            uint8_t request[MW_MODBUS_FRAME_MAX];
            const size_t length = frames_put(MW_MODBUS_TCP, 0x0708, 0x11, pdu, sizeof pdu, request);
            answer result;
            m.reads = 0;
            result = serve(&server, MW_MODBUS_TCP, request, length, 260);
            if (quantity < 1 || quantity > 125) {
                check_exception(MW_MODBUS_TCP, result, function, 3);
                assert_int_equal(m.reads, 0);
            } else if (quantity > MAP_REGS) {
                check_exception(MW_MODBUS_TCP, result, function, 2);
            } else {
                uint8_t expected[2 + 2 * MAP_REGS] = {(uint8_t)function, (uint8_t)(2 * quantity)};
                memcpy(expected + 2, m.regs, 2 * quantity);
                check_reply(MW_MODBUS_TCP, result, expected, 2 + 2 * quantity);
            }
        }
    }
}

MW_TEST(what_is_no_frame_is_neither_obeyed_nor_answered)
{
    static const struct {
        const char *id;
        const char *frame;
    } rows[] = {
        {"S17 length 255", "07 08 00 00 00 FF 11 06 00 10 12 34"},
        {"length 0", "07 08 00 00 00 00 11 06 00 10 12 34"},
        {"length one less", "07 08 00 00 00 05 11 06 00 10 12 34"},
        {"length one more", "07 08 00 00 00 07 11 06 00 10 12 34"},
        {"length 65535", "07 08 00 00 FF FF 11 06 00 10 12 34"},
        {"S24 protocol 5", "07 08 00 05 00 06 11 06 00 10 12 34"},
        {"a second frame behind it", "07 08 00 00 00 06 11 06 00 10 12 34 07 09 00 00 00 06 11 06 00 11 12 34"},
        {"no PDU", "07 08 00 00 00 01 11"},
        {"part of a header", "07 08 00 00 00"},
        {"nothing", ""},
    };
    map m;
    const mw_modbus_server server = map_server(&m);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        uint8_t request[FRAMES_MOST];
        const size_t length = mw_hex(rows[i].frame, request, sizeof request);
        if (serve(&server, MW_MODBUS_TCP, request, length, 260).status != MW_ERR_FRAME) {
            printf("%s\n", rows[i].id);
            assert_true(false);
        }
        assert_true(frames_intact_from(0));
        assert_int_equal(m.reads + m.writes, 0);
    }
}

/* The same with all the bytes that the header announces. */
MW_TEST(s17_lengths_of_253_to_257_are_answered_up_to_254)
{
    (void)state;
    for (size_t announced = 253; announced <= 257; announced++) {
        map m;
        const mw_modbus_server server = map_server(&m);
        const uint8_t pdu[300] = {6, 0x00, 0x10, 0x12, 0x34};
        uint8_t request[FRAMES_MOST];
        const size_t length = frames_put(MW_MODBUS_TCP, 0x0708, 0x11, pdu, announced - 1, request);
        const answer result = serve(&server, MW_MODBUS_TCP, request, length, 260);
        if (announced <= 254) {
            check_exception(MW_MODBUS_TCP, result, 6, 3);
        } else {
            assert_int_equal(result.status, MW_ERR_FRAME);
        }
        assert_int_equal(m.writes, 0);
    }
}

MW_TEST(rtu_frames_with_any_wrong_bit_are_neither_obeyed_nor_answered)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    const size_t length = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, "10 00 10 00 02 04 00 0A 01 02", request);
    map m;
    const mw_modbus_server server = map_server(&m);
    (void)state;
    for (size_t bit = 0; bit < 8 * length; bit++) {
        request[bit / 8] = (uint8_t)(request[bit / 8] ^ 1u << bit % 8);
        assert_int_equal(serve(&server, MW_MODBUS_RTU, request, length, 260).status, MW_ERR_CHECK);
        request[bit / 8] = (uint8_t)(request[bit / 8] ^ 1u << bit % 8);
    }
    for (size_t cut = 0; cut < length; cut++) {
        assert_int_equal(serve(&server, MW_MODBUS_RTU, request, cut, 260).status,
                         cut < 4 ? MW_ERR_FRAME : MW_ERR_CHECK);
    }
    assert_int_equal(m.writes, 0);
}

/* Together their CRC is wrong; for one that was made right see S06. */
MW_TEST(a_second_rtu_request_behind_the_first_is_never_executed)
{
    uint8_t request[FRAMES_MOST];
    map m;
    const mw_modbus_server server = map_server(&m);
    size_t length = frames_put_hex(MW_MODBUS_RTU, 0, 0x11, "03 00 10 00 01", request);
    (void)state;
    length += frames_put_hex(MW_MODBUS_RTU, 0, 0x11, "06 00 10 12 34", request + length);
    assert_int_equal(serve(&server, MW_MODBUS_RTU, request, length, 260).status, MW_ERR_CHECK);
    assert_int_equal(m.reads + m.writes, 0);
}

MW_TEST(rtu_frames_longer_than_256_bytes_are_none)
{
    static const uint8_t pdu[300] = {6, 0x00, 0x10, 0x12, 0x34};
    map m;
    const mw_modbus_server server = map_server(&m);
    (void)state;
    for (size_t pdu_bytes = 254; pdu_bytes < 260; pdu_bytes++) {
        uint8_t request[FRAMES_MOST];
        const size_t length = frames_put(MW_MODBUS_RTU, 0, 0x11, pdu, pdu_bytes, request);
        assert_int_equal(serve(&server, MW_MODBUS_RTU, request, length, 260).status, MW_ERR_FRAME);
    }
    assert_int_equal(m.writes, 0);
}

MW_TEST(a_broadcast_on_rtu_is_obeyed_but_not_answered)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    map m;
    mw_modbus_server server = map_server(&m);
    size_t length = frames_put_hex(MW_MODBUS_RTU, 0, 0, "06 00 10 12 34", request);
    answer result;
    (void)state;
    server.serves = map_serves; /* of unit 17 */
    m.unit_served = 17;
    result = serve(&server, MW_MODBUS_RTU, request, length, 260);
    assert_int_equal(result.status, MW_OK);
    assert_int_equal(result.length, 0);
    assert_int_equal(m.writes, 1);
    assert_int_equal(m.unit, 0);
    assert_int_equal(m.regs[0], 0x12);
    length = frames_put_hex(MW_MODBUS_RTU, 0, 0, "10 00 11 00 01 02 56 78", request);
    result = serve(&server, MW_MODBUS_RTU, request, length, 260);
    assert_int_equal(result.status, MW_OK);
    assert_int_equal(result.length, 0);
    assert_int_equal(m.writes, 2);
    assert_int_equal(m.regs[2], 0x56);
}

/* Not even with an exception: everybody would send it at once. */
MW_TEST(a_bad_broadcast_on_rtu_is_not_answered)
{
    static const char *const pdus[] = {
        "03 00 10 00 01", "03 00 10 00 00", "06 00 10", "10 00 10 00 02 02 12 34", "10 FF FF 00 02 04 1 2 3 4", "55",
        "83 02",          "06 00 50 12 34"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(pdus); i++) {
        uint8_t request[MW_MODBUS_FRAME_MAX];
        map m;
        const mw_modbus_server server = map_server(&m);
        const size_t length = frames_put_hex(MW_MODBUS_RTU, 0, 0, pdus[i], request);
        const answer result = serve(&server, MW_MODBUS_RTU, request, length, 260);
        assert_int_equal(result.status, MW_OK);
        assert_int_equal(result.length, 0);
        assert_true(map_is_unchanged(&m));
    }
}

MW_TEST(unit_0_on_tcp_is_answered)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    uint8_t expected[MW_MODBUS_FRAME_MAX];
    map m;
    const mw_modbus_server server = map_server(&m);
    const size_t length = frames_put_hex(MW_MODBUS_TCP, 9, 0, "06 00 10 12 34", request);
    const answer result = serve(&server, MW_MODBUS_TCP, request, length, 260);
    (void)state;
    assert_int_equal(result.length, frames_put_hex(MW_MODBUS_TCP, 9, 0, "06 00 10 12 34", expected));
    assert_memory_equal(result.bytes, expected, result.length);
    assert_int_equal(m.writes, 1);
}

MW_TEST(only_the_units_that_are_served_get_an_answer)
{
    static const char *const pdus[] = {"03 00 10 00 01", "06 00 10 A0 00", "55"};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (unsigned unit = framings[f] == MW_MODBUS_TCP ? 0 : 1; unit < 256; unit++) {
            for (size_t i = 0; i < MW_COUNT(pdus); i++) {
                uint8_t request[MW_MODBUS_FRAME_MAX];
                map m;
                mw_modbus_server server = map_server(&m);
                const size_t length = frames_put_hex(framings[f], 1, (uint8_t)unit, pdus[i], request);
                answer result;
                server.serves = map_serves;
                m.unit_served = 17;
                result = serve(&server, framings[f], request, length, 260);
                assert_int_equal(result.status, MW_OK);
                assert_int_equal(m.asked_to_serve, 1);
                if (unit == 17) {
                    assert_true(result.length > 0);
                    assert_int_equal(m.reads + m.writes, i == 2 ? 0 : 1);
                } else {
                    assert_int_equal(result.length, 0);
                    assert_int_equal(m.reads + m.writes, 0);
                }
            }
        }
    }
}

MW_TEST(without_a_filter_every_unit_is_served)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (unsigned unit = framings[f] == MW_MODBUS_TCP ? 0 : 1; unit < 256; unit++) {
            uint8_t request[MW_MODBUS_FRAME_MAX];
            map m;
            const mw_modbus_server server = map_server(&m);
            const size_t length = frames_put_hex(framings[f], 1, (uint8_t)unit, "03 00 10 00 01", request);
            const answer result = serve(&server, framings[f], request, length, 260);
            assert_int_equal(m.reads, 1);
            assert_int_equal(m.unit, unit);
            assert_int_equal(result.bytes[framings[f] == MW_MODBUS_TCP ? 6 : 0], unit);
        }
    }
}

MW_TEST(missing_callbacks_are_illegal_functions)
{
    static const exchange reads[] = {{"read", "03 00 10 00 01", "83 01", 0},
                                     {"input", "04 00 10 00 01", "84 01", 0},
                                     {"wrong read", "03 00 10 00 00", "83 01", 0}};
    static const exchange writes[] = {{"single", "06 00 10 12 34", "86 01", 0},
                                      {"several", "10 00 10 00 01 02 12 34", "90 01", 0},
                                      {"wrong write", "06 00", "86 01", 0}};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < 3; i++) {
            map m;
            mw_modbus_server server = map_server(&m);
            server.read = NULL;
            check_reply_hex(framings[f], serve_hex(&server, framings[f], reads[i].request), reads[i].reply);
            server = map_server(&m);
            server.write = NULL;
            check_reply_hex(framings[f], serve_hex(&server, framings[f], writes[i].request), writes[i].reply);
            assert_int_equal(m.reads + m.writes, 0);
            server.read = NULL;
            check_reply_hex(framings[f], serve_hex(&server, framings[f], reads[i].request), reads[i].reply);
        }
    }
}

MW_TEST(exceptions_of_the_application_are_passed_on)
{
    static const char *const pdus[] = {"03 00 10 00 02", "04 00 10 00 40", "06 00 10 12 34", "10 00 10 00 01 02 12 34"};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (size_t i = 0; i < MW_COUNT(pdus); i++) {
            for (unsigned exception = 1; exception < 256; exception++) {
                uint8_t function = 0;
                map m;
                const mw_modbus_server server = map_server(&m);
                (void)mw_hex(pdus[i], &function, 1);
                m.exception = (uint8_t)exception;
                check_exception(framings[f], serve_hex(&server, framings[f], pdus[i]), function, exception);
                assert_int_equal(m.reads + m.writes, 1);
            }
        }
    }
}

/* An exception has 5 bytes on RTU and 9 on TCP, a reply to a read 3 or 7 more than its PDU of 2 + 2 * count. */
MW_TEST(replies_that_do_not_fit_become_exceptions)
{
    static const unsigned quantities[] = {1, 2, 3, 30, 63, 64};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        const size_t overhead = framings[f] == MW_MODBUS_TCP ? 7 : 3;
        for (size_t i = 0; i < MW_COUNT(quantities); i++) {
            for (size_t size = 0; size <= 260; size++) {
                map m;
                const mw_modbus_server server = map_server(&m);
                const uint8_t pdu[] = {3, 0, MAP_FIRST, 0, (uint8_t)quantities[i]};
                uint8_t request[MW_MODBUS_FRAME_MAX];
                const size_t length = frames_put(framings[f], 0x0708, 0x11, pdu, sizeof pdu, request);
                const answer result = serve(&server, framings[f], request, length, size);
                if (size < overhead + 2) {
                    assert_int_equal(result.status, MW_ERR_SPACE);
                    assert_int_equal(m.reads, 0);
                } else if (size >= overhead + 5 && size < overhead + 2 + 2 * quantities[i]) {
                    check_exception(framings[f], result, 3, 4);
                    assert_int_equal(m.reads, 0);
                } else if (size >= overhead + 5) {
                    assert_int_equal(result.status, MW_OK);
                    assert_int_equal(result.length, overhead + 2 + 2 * quantities[i]);
                    assert_int_equal(m.reads, 1);
                } /* between them: an_exception_needs_as_much_room_as_the_reply_to_a_write */
            }
        }
    }
}

MW_TEST(a_write_is_executed_only_if_its_reply_fits)
{
    static const char *const pdus[] = {"06 00 10 12 34", "10 00 10 00 02 04 12 34 56 78"};
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        const size_t overhead = framings[f] == MW_MODBUS_TCP ? 7 : 3;
        for (size_t i = 0; i < MW_COUNT(pdus); i++) {
            for (size_t size = 0; size <= 40; size++) {
                map m;
                const mw_modbus_server server = map_server(&m);
                uint8_t request[MW_MODBUS_FRAME_MAX];
                const size_t length = frames_put_hex(framings[f], 0x0708, 0x11, pdus[i], request);
                const answer result = serve(&server, framings[f], request, length, size);
                assert_int_equal(m.writes, size >= overhead + 5 ? 1 : 0);
                assert_true(size >= overhead + 2 || result.status == MW_ERR_SPACE);
                if (size >= overhead + 5) {
                    uint8_t expected[16];
                    check_reply(framings[f], result, expected, mw_hex(pdus[i], expected, 5));
                }
            }
        }
    }
}

/* The header says MW_ERR_SPACE is for "when not even an exception fits". */
MW_TEST(an_exception_needs_as_much_room_as_the_reply_to_a_write)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        const size_t overhead = framings[f] == MW_MODBUS_TCP ? 7 : 3;
        for (size_t size = 0; size <= 16; size++) {
            map m;
            const mw_modbus_server server = map_server(&m);
            uint8_t request[MW_MODBUS_FRAME_MAX];
            const size_t length = frames_put_hex(framings[f], 0x0708, 0x11, "55", request);
            const answer result = serve(&server, framings[f], request, length, size);
            if (size < overhead + 5) {
                assert_int_equal(result.status, MW_ERR_SPACE);
            } else {
                check_exception(framings[f], result, 0x55, 1);
            }
        }
    }
}

MW_TEST(no_room_for_a_reply_may_be_null)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    map m;
    const mw_modbus_server server = map_server(&m);
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        const size_t length = frames_put_hex(framings[f], 1, 1, "06 00 10 12 34", request);
        size_t reply_length = UNTOUCHED;
        assert_int_equal(mw_modbus_serve(&server, framings[f], request, length, NULL, 0, &reply_length), MW_ERR_SPACE);
        assert_int_equal(reply_length, UNTOUCHED);
        assert_int_equal(m.writes, 0);
    }
}

MW_TEST(replies_are_what_a_client_takes_for_the_answer)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (unsigned count = 1; count <= 125; count++) {
            map m;
            const mw_modbus_server server = map_server(&m);
            mw_modbus_request request;
            mw_modbus_reply reply;
            uint8_t frame[MW_MODBUS_READ_BYTES];
            answer result;
            size_t length;
            request.transaction = (uint16_t)(count * 77);
            request.unit = 5;
            request.function = 4;
            request.address = MAP_FIRST;
            request.count = (uint16_t)count;
            request.data = NULL;
            assert_int_equal(mw_modbus_encode_read(framings[f], &request, frame, sizeof frame, &length), MW_OK);
            result = serve(&server, framings[f], frame, length, 260);
            if (count <= MAP_REGS) {
                assert_int_equal(
                    mw_modbus_decode_reply(framings[f], frame, length, result.bytes, result.length, &reply), MW_OK);
                assert_int_equal(reply.data_bytes, 2 * count);
                assert_memory_equal(reply.data, m.regs, 2 * count);
            } else {
                assert_int_equal(
                    mw_modbus_decode_reply(framings[f], frame, length, result.bytes, result.length, &reply),
                    MW_ERR_REFUSED);
                assert_int_equal(reply.exception, 2);
            }
        }
    }
}

/* serve() checks that nothing is written outside, or read from outside. */
MW_TEST(requests_without_sense_do_no_harm)
{
    static const uint8_t functions[] = {3, 4, 6, 16, 16, 16, 0x83, 0x55};
    uint32_t seed = 5;
    (void)state;
    for (unsigned round = 0; round < MW_ROUNDS(3000); round++) {
        map m;
        const mw_modbus_server server = map_server(&m);
        const mw_modbus_framing framing = framings[round % 2];
        uint8_t pdu[40];
        uint8_t request[MW_MODBUS_FRAME_MAX];
        const size_t pdu_bytes = 1 + frames_random(&seed) % sizeof pdu;
        const size_t size = frames_random(&seed);
        size_t length;
        for (size_t i = 0; i < sizeof pdu; i++) {
            pdu[i] = frames_random(&seed) < 128 ? frames_random(&seed) % 20 : frames_random(&seed);
        }
        pdu[0] = functions[frames_random(&seed) % MW_COUNT(functions)];
        length = frames_put(framing, 1, frames_random(&seed), pdu, pdu_bytes, request);
        (void)serve(&server, framing, request, length, size);
        (void)serve(&server, framing, pdu, pdu_bytes, size);
    }
}

MW_TESTS(MW_CASE(s01_reads_are_answered_from_the_map), MW_CASE(writes_reach_the_map_and_come_back),
         MW_CASE(s02_to_s10_wrong_counts_and_lengths_are_illegal_values),
         MW_CASE(a_wrong_byte_count_is_an_illegal_value_even_beyond_the_end),
         MW_CASE(a_wrong_quantity_to_read_is_told_before_a_wrong_address_to_write),
         MW_CASE(s11_to_s26_wrong_requests_of_other_functions),
         MW_CASE(s26_refusals_are_refused_on_tcp_and_ignored_on_rtu),
         MW_CASE(every_other_function_is_illegal_in_any_length), MW_CASE(requests_of_fixed_length_have_just_that),
         MW_CASE(quantity_byte_count_and_data_of_a_write_must_all_agree), MW_CASE(counts_of_reads_are_1_to_125),
         MW_CASE(what_is_no_frame_is_neither_obeyed_nor_answered),
         MW_CASE(s17_lengths_of_253_to_257_are_answered_up_to_254),
         MW_CASE(rtu_frames_with_any_wrong_bit_are_neither_obeyed_nor_answered),
         MW_CASE(a_second_rtu_request_behind_the_first_is_never_executed),
         MW_CASE(rtu_frames_longer_than_256_bytes_are_none), MW_CASE(a_broadcast_on_rtu_is_obeyed_but_not_answered),
         MW_CASE(a_bad_broadcast_on_rtu_is_not_answered), MW_CASE(unit_0_on_tcp_is_answered),
         MW_CASE(only_the_units_that_are_served_get_an_answer), MW_CASE(without_a_filter_every_unit_is_served),
         MW_CASE(missing_callbacks_are_illegal_functions), MW_CASE(exceptions_of_the_application_are_passed_on),
         MW_CASE(replies_that_do_not_fit_become_exceptions), MW_CASE(a_write_is_executed_only_if_its_reply_fits),
         MW_CASE(an_exception_needs_as_much_room_as_the_reply_to_a_write), MW_CASE(no_room_for_a_reply_may_be_null),
         MW_CASE(replies_are_what_a_client_takes_for_the_answer), MW_CASE(requests_without_sense_do_no_harm))
